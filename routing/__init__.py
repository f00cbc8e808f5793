"""The matcher: who is offered which waiting contact, when, and why. Pure: no clock, no I/O, no randomness."""
