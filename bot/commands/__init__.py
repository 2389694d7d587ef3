"""One file a command; `table` lists them."""
