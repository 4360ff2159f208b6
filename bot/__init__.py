"""The application: scheduler, pipeline, delivery, commands, CLI and web; wires everything."""
