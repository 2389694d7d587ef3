"""Thin relays: a platform’s events in, the core’s replies out; and the command line that wires all together."""
