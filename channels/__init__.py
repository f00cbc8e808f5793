"""Adapters to the outside: each folder speaks to one provider, and knows no database, web framework or routing."""
