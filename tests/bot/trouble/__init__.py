"""Tests of what is found to be wrong with feeds and how it is told."""
