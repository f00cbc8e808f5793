"""The tests, in layers: unit (pure, no servers), contract (one suite per port), integration, e2e; and the benches."""
