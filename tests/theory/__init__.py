"""The production engine in virtual time against queueing theory, published figures, and an independent simulator."""
