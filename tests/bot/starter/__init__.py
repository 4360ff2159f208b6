"""The starter folder and its catalogue of feeds."""
