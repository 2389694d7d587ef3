"""The log of a running bot: one line an event on standard error, in UTC, never with what a person wrote."""

from __future__ import annotations

import logging
import time

FORMAT = "%(asctime)s %(levelname)s %(message)s"
TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"


def log_to_stderr() -> None:
    """Log what this program says; of the libraries that it uses only warnings."""
    handler = logging.StreamHandler()
    formatter = logging.Formatter(FORMAT, TIME_FORMAT)
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("adapters", "bot"):
        logging.getLogger(name).setLevel(logging.INFO)
