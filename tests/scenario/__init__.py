"""Scenarios on a timeline: real fetching and parsing on loopback, a clock moved by hand."""
