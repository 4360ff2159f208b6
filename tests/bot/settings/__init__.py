"""The configuration folder: what is read, and every problem with its place."""
