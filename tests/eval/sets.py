"""The question files: those that are developed on, and `locked`, which is only ever used to check."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent
DEVELOPED_ON = ("questions", "developed", "fresh")
LOCKED = "locked"


@dataclass(frozen=True)
class Asked:
    id: str
    kind: str
    text: str
    gold: tuple[int, ...] = ()
    expect: tuple[str, ...] = ()


def load(name: str) -> list[Asked]:
    entries: list[dict[str, Any]] = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return [
        Asked(str(e["id"]), e["kind"], e["text"], tuple(e.get("gold") or ()), tuple(e.get("expect") or ()))
        for e in entries
    ]
