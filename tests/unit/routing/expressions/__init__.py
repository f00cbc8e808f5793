"""Tests of the language of routing plans."""
