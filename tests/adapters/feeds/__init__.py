"""Tests of fetching and reading feeds."""
