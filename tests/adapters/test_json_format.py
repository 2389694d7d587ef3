"""docs/json.md says what `hearings ask --json` prints. UPDATE_GOLDEN=1 writes its examples anew."""

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

from adapters.terminal.ask import as_json, block_as_data
from bot.reply import (
    SILENCE,
    Block,
    Bullets,
    Choice,
    Choices,
    Copyable,
    File,
    Heading,
    Passage,
    Picture,
    Reply,
    Row,
    Text,
    Timetable,
)

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "json.md"
EXAMPLE = re.compile(r"```console\n(.*?)```", re.DOTALL)
SAMPLES: tuple[Block, ...] = (
    Heading("h"),
    Passage(1, "I", "t", ("s",), 0, 1, "source", (0, 1), ((0, 1),), (("1", "s", "note"),), ("s",)),
    Text("t"),
    Bullets(("a",), (0,)),
    Timetable((Row("10 a.m.", "n", "t", ("d",)),), "zone"),
    Copyable("c"),
    Picture("day", ("a",), "words"),
    File("day.ics", "calendar", ("a",), "words"),
    Choices((Choice("Next: paragraph 2", "para 2", turns=True),)),
)

NAMES: dict[type, str] = {str: "string", int: "number", bool: "true or false", list: "list", type(None): "null"}
PLURALS: dict[type, str] = {str: "strings", int: "", dict: "objects", list: "lists of"}


def part(title: str) -> str:
    """What stands under a heading of the second level."""
    found = re.search(rf"^## {title}\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found, title
    return found[1]


def rows(table: str) -> dict[str, str]:
    """The first two cells of each row of a table."""
    body = table.split("| --- ")[-1].partition("\n")[2]
    return dict(re.findall(r"^\| `?([^`|]+?)`? \| ([^|]+?) \|", body, re.MULTILINE))


def described(data: dict[str, Any], prefix: str = "") -> dict[str, str]:
    """A block's fields with the types of their values, those of the objects in its lists as `rows[].times`."""
    found: dict[str, str] = {}
    for key, value in data.items():
        found[prefix + key] = NAMES[type(value)]
        if isinstance(value, list):
            found[prefix + key] += " of " + next((PLURALS[type(item)] for item in value), "nothing")
            if value and isinstance(value[0], dict):
                found |= described(value[0], f"{prefix}{key}[].")
    return found


def test_every_kind_of_reply_in_the_code_is_documented_and_no_other() -> None:
    made: set[str] = set()
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Reply":
                kind = node.args[0] if node.args else next(k.value for k in node.keywords if k.arg == "kind")
                literals = {leaf.value for leaf in ast.walk(kind) if isinstance(leaf, ast.Constant)}
                assert literals, f"{file}, line {node.lineno}: write the kind as it is, so that it can be found"
                made |= {str(literal) for literal in literals}
    assert sorted(made - {SILENCE.kind}) == list(rows(part("Kinds")))


def test_every_block_type_is_documented_with_its_fields_and_their_types() -> None:
    assert {type(sample) for sample in SAMPLES} == set(get_args(Block))
    documented = {
        name: {"type": "string"} | rows(text)
        for name, text in re.findall(r"### `(\w+)`\n(.*?)(?=^### |\Z)", part("Blocks"), re.DOTALL | re.MULTILINE)
    }
    made = [json.loads(json.dumps(block_as_data(sample))) for sample in SAMPLES]
    assert {name: set(table) for name, table in documented.items()} == {m["type"]: set(described(m)) for m in made}
    for data in made:
        for field, what in described(data).items():
            assert documented[data["type"]][field].startswith(what), (data["type"], field)


def test_the_keys_are_documented_in_their_order() -> None:
    assert list(json.loads(as_json("m", Reply("help")))) == list(rows(part("The object")))


def test_the_exit_statuses_are_documented() -> None:
    assert list(rows(part("Exit status"))) == ["0", "1", "2"]


def shown(example: str) -> str:
    """An example's commands, run one after another in a shell, each with what it prints."""
    commands = re.findall(r"^\$ (.*)$", example, re.MULTILINE)
    run = "".join(f"{command}\nstatus=$?; printf '\\036'; (exit $status)\n" for command in commands)
    python = f"'{sys.executable}'"
    done = subprocess.run(
        ["sh", "-c", f'hearings() {{ {python} -m adapters.cli "$@"; }}\npython3() {{ {python} "$@"; }}\n{run}'],
        cwd=ROOT,
        env={key: value for key, value in os.environ.items() if not key.upper().startswith("HEARINGS")}
        | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert not done.stderr
    printed = done.stdout.split("\x1e")
    return "".join(f"$ {command}\n{output}" for command, output in zip(commands, printed, strict=False))


def test_the_examples_are_what_comes_out() -> None:
    page = PAGE.read_text(encoding="utf-8")
    made = EXAMPLE.sub(lambda match: f"```console\n{shown(match[1])}```", page)
    if os.environ.get("UPDATE_GOLDEN"):
        PAGE.write_text(made, encoding="utf-8")
        page = made
    assert len(EXAMPLE.findall(page)) >= 2
    assert made == page
