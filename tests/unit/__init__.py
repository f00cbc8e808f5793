"""Pure tests: no network, no servers, no sleep; all of them within a minute."""
