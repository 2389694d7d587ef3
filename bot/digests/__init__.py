"""The daily digest: what was ordered, when it is due, and what it says."""
