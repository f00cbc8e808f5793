"""Several parts together on real databases and sockets."""
