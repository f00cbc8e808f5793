"""Measurements: one line a figure, with its goal; `make bench`."""
