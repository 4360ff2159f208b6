"""Benchmarks: side by side in one run, told as ratios of CPU time. `python -m tests.bench [NAME...]`."""
