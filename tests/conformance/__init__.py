"""One set of scenarios that every adapter passes: the same passages and words, whatever the platform."""
