"""The doctor's checks, with probes that answer as told."""
