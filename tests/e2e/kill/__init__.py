"""The hub is killed in the middle of its work, again and again, and must come back as it was."""
