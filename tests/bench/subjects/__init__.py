"""What the benches run beside the hub: yardsticks, each a server of its own."""
