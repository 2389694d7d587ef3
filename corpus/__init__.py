"""The numbered document and where things stand in it: no chat, no network, no clock."""
