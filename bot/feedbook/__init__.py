"""The feed book: which feeds are watched, how they do, and how they come and go."""
