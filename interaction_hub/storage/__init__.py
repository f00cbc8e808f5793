"""Tables, the ledger that alone writes them, and one file a noun for what is read."""
