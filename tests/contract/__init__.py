"""One suite per port, run for every implementation: SQLite and PostgreSQL, each channel adapter."""
