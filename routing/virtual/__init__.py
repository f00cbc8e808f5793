"""The production engine in virtual time: who comes, who serves, and what became of each contact. No clock, no I/O."""
