"""A sample company with simulated people and a simulated carrier; imported by the command line and the tests alone."""
