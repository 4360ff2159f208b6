"""Crash tests: the real process is killed at each step and started again."""
