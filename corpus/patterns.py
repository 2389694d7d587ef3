"""Regular expressions that are compiled when first used: compiling all of them would be most of a short run's time."""

from __future__ import annotations

import re
from typing import cast


class _Lazy:
    """Stands for a compiled pattern; its methods are the compiled one's from the first use on."""

    def __init__(self, pattern: str, flags: int) -> None:
        self.pattern = pattern
        self.flags = flags

    def __getattr__(self, name: str) -> object:
        compiled = re.compile(self.pattern, self.flags)
        for method in ("search", "match", "fullmatch", "finditer", "findall", "sub", "split"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)


def lazy(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern that is compiled when first used.

    Raises:
        re.error: On first use, where the pattern is no regular expression.
    """
    return cast("re.Pattern[str]", _Lazy(pattern, flags))
