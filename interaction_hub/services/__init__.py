"""Use-cases, one group a file: what may happen, and in which transaction."""
