"""The bot in Matrix, on a real homeserver."""
