"""Pure: the nouns of a contact centre, their states, and the catalogue of events. No I/O, no clock, no randomness."""
