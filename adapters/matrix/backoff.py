"""How long to wait before trying again: exponential, with jitter, up to a limit."""

from __future__ import annotations

import random
from dataclasses import dataclass


@dataclass(slots=True)
class Backoff:
    """Waits that double from the first, each between half of itself and all of it."""

    first_seconds: float
    at_most_seconds: float
    failures: int = 0

    def failed(self) -> float:
        """Count a failure; how many seconds to wait before the next try."""
        self.failures += 1
        wait = min(self.first_seconds * 2.0 ** min(self.failures - 1, 30), self.at_most_seconds)
        return wait * random.uniform(0.5, 1)  # noqa: S311 - spreads tries, keeps no secret

    def succeeded(self) -> bool:
        """Start anew; whether there had been failures."""
        failed, self.failures = self.failures > 0, 0
        return failed
