"""The command `hearings`: wires the document, the core and the adapters together; the only place that does.

Everything heavy is imported by the subcommand that needs it.
"""

from __future__ import annotations

import os
import sys
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
    from config.locate import DEFAULT_DOCUMENT, settings_in_use
    from corpus.errors import CorpusError
    from corpus.library import open_document

    if name is None and settings_in_use():
        from config.settings import ConfigError, load_settings

        try:
            name = load_settings().document
        except ConfigError as error:
            raise Fault(str(error)) from error
    try:
        return open_document(name or DEFAULT_DOCUMENT)
    except CorpusError as error:
        raise Fault(str(error)) from error


def _show_version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:
    if asked:
        from bot.commands.about import version

        click.echo(f"hearings {version()}")
        context.exit()


document_option = click.option(
    "--document", metavar="NAME", help="A shipped document's name, or a folder with source.txt."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_show_version,
    help="Show the version and exit.",
)
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
    from adapters.errors import AdapterError
    from adapters.terminal.ask import answer_lines, as_json, exit_status
    from adapters.terminal.streams import lines, write
    from bot.render import render_plain

    piped = message == ("-",)
    said = lines() if piped else iter([os.fsencode(" ".join(message)).decode("utf-8", "replace")])
    status = 0
    try:
        for asked, reply in answer_lines(said, _document(document), conversation=conversation):
            status = exit_status(reply)
            text = as_json(asked, reply) if json_ else render_plain(reply) + ("\n" if piped else "")
            write(text + "\n")
    except AdapterError as error:
        raise Fault(str(error)) from error
    sys.exit(status)


@main.command()
@document_option
def chat(document: str | None) -> None:
    """Talk in the terminal. Ctrl-D leaves."""
    from adapters.errors import AdapterError

    opened = _document(document)
    from adapters.terminal.chat import run_chat

    try:
        run_chat(opened)
    except AdapterError as error:
        raise Fault(str(error)) from error


def _print(text: str) -> None:
    from adapters.errors import AdapterError
    from adapters.terminal.streams import write

    try:
        write(text + "\n")
    except AdapterError as error:
        raise Fault(str(error)) from error


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

    report, fine = check(file or _document(None).folder)
    _print(report)
    sys.exit(0 if fine else 1)


@corpus.command("new")
@click.argument("file")
@click.option("--to", metavar="FOLDER", help="Where to make it; by default beside FILE, by FILE's name.")
def corpus_new(file: str, to: str | None) -> None:
    """Make a document folder of the text FILE, and list what is still missing."""
    from adapters.documents import new
    from corpus.errors import CorpusError

    try:
        _print(new(file, to))
    except CorpusError as error:
        raise Fault(str(error)) from error


if __name__ == "__main__":
    main()
