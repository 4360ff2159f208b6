"""The outside world: fetch, parse, publish."""
