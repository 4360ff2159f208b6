"""The tests mirror the four folders."""
