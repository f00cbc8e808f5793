"""Stand-ins that implement the real ports, and real servers started for the tests alone."""
