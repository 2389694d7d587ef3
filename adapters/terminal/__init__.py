"""The terminal: one message and one reply, a stream of them, or a conversation."""
