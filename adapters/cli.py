"""The command `hearings`: wires the document, the core and the adapters together; the only place that does.

Everything heavy is imported by the subcommand that needs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from corpus.document import Document

USAGE = 2


class Fault(click.ClickException):
    """One clear line on standard error, and exit status 2."""

    exit_code = USAGE

    def show(self, file: object = None) -> None:
        """Print the line."""
        click.echo(f"hearings: {self.message}", err=True)


def _document(name: str | None) -> Document:
    """The document asked for, else the one that the settings name.

    Raises:
        Fault: It cannot be read, or the settings are wrong.
    """
    from config.locate import settings_in_use
    from corpus.errors import CorpusError
    from corpus.library import open_document

    if name is None and settings_in_use():
        from config.settings import ConfigError, load_settings

        try:
            name = load_settings().document
        except ConfigError as error:
            raise Fault(str(error)) from error
    try:
        return open_document(name or "hearings-2006")
    except CorpusError as error:
        raise Fault(str(error)) from error


document_option = click.option(
    "--document", metavar="NAME", help="A shipped document's name, or a folder with source.txt."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hearings-bot", prog_name="hearings")
def main() -> None:
    """Quote one official document, word for word, in team chat."""


@main.command()
@click.argument("message", nargs=-1, required=True)
@click.option("--json", "json_", is_flag=True, help="Print one JSON object a message.")
@click.option("--conversation", is_flag=True, help="Join the lines of standard input to one conversation.")
@document_option
def ask(message: tuple[str, ...], json_: bool, conversation: bool, document: str | None) -> None:
    """Answer one MESSAGE, or with - one message a line from standard input.

    Exit status: 0 answered, 1 the document does not say or has no such thing, 2 the message cannot be followed. With -,
    the status is that of the last message.
    """
    from adapters.terminal.ask import answer_lines, as_json, exit_status

    lines = _lines() if message == ("-",) else iter([" ".join(message).encode("utf-8", "replace").decode()])
    opened = _document(document)
    status = 0
    out = sys.stdout.buffer
    try:
        for asked, reply in answer_lines(lines, opened, conversation=conversation):
            status = exit_status(reply)
            if json_:
                text = as_json(asked, reply)
            else:
                from bot.render import render_plain

                text = render_plain(reply) + ("\n" if message == ("-",) else "")
            out.write(text.encode("utf-8", "replace") + b"\n")
            out.flush()
    except BrokenPipeError:
        _close_quietly()
    sys.exit(status)


def _lines() -> Iterator[str]:
    for raw in sys.stdin.buffer:
        yield raw.decode("utf-8", "replace").rstrip("\r\n")


def _close_quietly() -> None:
    """Nobody reads any more: leave without a traceback at the interpreter's end."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@main.command()
@document_option
def chat(document: str | None) -> None:
    """Talk in the terminal. Ctrl-D leaves."""
    opened = _document(document)
    from adapters.terminal.chat import run_chat

    run_chat(opened)


@main.group()
def corpus() -> None:
    """Read and make documents."""


@corpus.command("check")
@click.argument("file", required=False)
def corpus_check(file: str | None) -> None:
    """Read a document (FILE: a text, a folder or a name) and report what was found.

    Exit status: 0 all was placed, 1 something could not be placed or read.
    """
    from adapters.documents import check

    report, fine = check(file)
    click.echo(report)
    sys.exit(0 if fine else 1)


@corpus.command("new")
@click.argument("file")
@click.option("--to", metavar="FOLDER", help="Where to make it; by default beside FILE, by FILE's name.")
def corpus_new(file: str, to: str | None) -> None:
    """Make a document folder of the text FILE, and list what is still missing."""
    from adapters.documents import new
    from corpus.errors import CorpusError

    try:
        click.echo(new(file, to))
    except CorpusError as error:
        raise Fault(str(error)) from error


if __name__ == "__main__":
    main()
