"""The shared core: a Message in, a Reply out. It knows no platform, clock or environment."""
