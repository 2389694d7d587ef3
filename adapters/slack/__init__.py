"""Slack: the bot in workspaces, over a socket or HTTP."""
