"""Tests of the store and the job engine."""
