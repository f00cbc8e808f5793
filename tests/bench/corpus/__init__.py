"""Big databases for the benches: made from a seed straight into the product's schema, kept under build/bench."""
