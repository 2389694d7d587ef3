"""What can go wrong between a platform and the core."""


class AdapterError(Exception):
    """The root of this folder's errors."""
