"""Tests of the demo: its wire, its clock, its server."""
