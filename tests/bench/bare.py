"""What `hearings ask "para 32"` is measured against: click, re, json, the text, a dictionary, and nothing else."""

import json
import re
import sys
from pathlib import Path

import click

SOURCE = Path(__file__).parents[2] / "corpus" / "documents" / "hearings-2006" / "source.txt"


def paragraphs() -> dict[str, str]:
    parts = re.split(r"(?m)^ ?(\d+)\. ", SOURCE.read_text(encoding="utf-8"))
    return {number: " ".join(text.split()) for number, text in zip(parts[1::2], parts[2::2], strict=True)}


@click.command()
@click.argument("message")
@click.option("--json", "json_", is_flag=True)
def main(message: str, json_: bool) -> None:
    match = re.fullmatch(r"para (\d+)", message)
    text = paragraphs().get(match[1], "") if match else ""
    click.echo(json.dumps({"text": text}) if json_ else text)
    sys.exit(0 if text else 1)


if __name__ == "__main__":
    main()
