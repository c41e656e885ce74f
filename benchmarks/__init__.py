"""Measurements: each against its physical limit in the same run, printed as a ratio (CONTRIBUTING, `make bench`)."""
