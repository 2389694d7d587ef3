"""Where settings come from, found without loading anything that reads them."""

import os
from pathlib import Path

#: Every key can be given as HEARINGS__KEY, nested keys as HEARINGS__GROUP__KEY.
PREFIX = "HEARINGS__"
#: Names the settings file; without it, hearings.yaml in the working folder counts.
FILE_VARIABLE = "HEARINGS_SETTINGS"
DEFAULT_FILE = "hearings.yaml"
#: The document served where nothing else is said.
DEFAULT_DOCUMENT = "hearings-2006"


def settings_file() -> Path | None:
    """The settings file; None where there is none. One that is named counts even if it is missing."""
    if named := os.environ.get(FILE_VARIABLE):
        return Path(named)
    return Path(DEFAULT_FILE) if Path(DEFAULT_FILE).is_file() else None


def settings_in_use() -> bool:
    """Whether there is a settings file or variable at all."""
    return settings_file() is not None or any(key.upper().startswith(PREFIX[:-1]) for key in os.environ)
