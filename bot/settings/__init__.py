"""Configuration: the folder a person edits, read and checked in one way."""
