"""Hostile content on the real hub: what strangers and colleagues write, send and name never becomes anything else."""
