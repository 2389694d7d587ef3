"""Matrix: the bot in plain and encrypted rooms."""
