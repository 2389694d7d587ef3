"""The command `hearings`: wires the document, the core and the adapters together; the only place that does.

Everything heavy is imported by the subcommand that needs it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import asyncio

    from adapters.slack.options import Options as SlackOptions
    from bot.digests.send import Poster
    from bot.drawing.make import Maker
    from bot.pace import Limits
    from bot.store.sql import SqlStore
    from config.settings import Settings
    from corpus.document import Document

FAILED = 1
USAGE = 2


class Fault(click.ClickException):
    """One clear line on standard error, and exit status 2."""

    exit_code = USAGE

    def show(self, file: object = None) -> None:
        """Print the line."""
        click.echo(f"hearings: {self.message}", err=True)


class Failure(Fault):
    """One clear line on standard error, and exit status 1: asked rightly, and it did not work."""

    exit_code = FAILED


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
@click.option("--output", metavar="FILE", help="Where to write a picture or file that is asked for.")
@document_option
def ask(message: tuple[str, ...], json_: bool, conversation: bool, output: str | None, document: str | None) -> None:
    """Answer one MESSAGE, or with - one message a line from standard input.

    Exit status: 0 answered, 1 the document does not say or has no such thing, 2 the message cannot be followed. With -,
    the status is that of the last message. A picture or file is written to --output, else to the current folder (with -
    or --json, only to --output); never over another.
    """
    from adapters.errors import AdapterError
    from adapters.terminal.ask import answer_lines, as_json, as_text, exit_status
    from adapters.terminal.streams import lines, write
    from bot.reply import File, Picture

    piped = message == ("-",)
    said = lines() if piped else iter([os.fsencode(" ".join(message)).decode("utf-8", "replace")])
    status = 0
    maker: Maker | None = None
    try:
        opened = _document(document)
        for asked, reply in answer_lines(said, opened, conversation=conversation):
            status = exit_status(reply)
            text = as_json(asked, reply) if json_ else as_text(reply, opened) + ("\n" if piped else "")
            write(text + "\n")
            if any(isinstance(block, Picture | File) for block in reply.blocks) and (output or not (piped or json_)):
                from adapters.terminal.files import save_files
                from bot.drawing.make import Maker

                maker = maker or Maker(opened)
                for line in save_files(reply, maker, output):
                    click.echo(line, err=json_)
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


def _settings() -> Settings:
    """The settings.

    Raises:
        Fault: They are wrong.
    """
    from config.settings import ConfigError, load_settings

    try:
        return load_settings()
    except ConfigError as error:
        raise Fault(str(error)) from error


@main.command()
def check() -> None:
    """Say what is well and what is wrong around the bot, and how to mend it.

    A line each for the settings, the document, the data folder, the store, and in Matrix the homeserver, the token, the
    encryption and every room; in Slack the tokens and what they permit. A platform that nobody has set up is not wrong.
    Nothing is changed; a bot may be running.

    Exit status: 0 all is well, 1 something is wrong.
    """
    import asyncio

    from adapters.check import Finding, check_data_folder, check_document, check_meaning, check_store
    from adapters.matrix.check import check_matrix
    from adapters.matrix.session import SESSION, matrix_folder
    from adapters.slack.check import check_slack
    from config.locate import settings_file
    from config.settings import ConfigError, load_settings

    try:
        settings = load_settings()
    except ConfigError as error:
        _print(Finding("settings", str(error), well=False).line())
        sys.exit(FAILED)
    findings = [
        Finding("settings", str(settings_file() or "no file; the defaults and variables count")),
        check_document(settings.document),
        check_meaning(settings.document),
        check_data_folder(settings.data_dir),
        check_store(settings.database_url),
    ]
    folder = matrix_folder(settings.data_dir)
    if (folder / SESSION).exists() or not _slack_options(settings).set_up:
        findings += asyncio.run(check_matrix(folder))
    else:
        findings.append(Finding("Matrix", "not set up; `hearings matrix login` begins it"))
    findings += asyncio.run(check_slack(_slack_options(settings)))
    _print("\n".join(finding.line() for finding in findings))
    sys.exit(0 if all(finding.well for finding in findings) else FAILED)


@main.group()
def matrix() -> None:
    """Sign the bot in to Matrix, and run it there."""


@matrix.command("login")
@click.option("--homeserver", metavar="URL", default="", help="Its URL, or the server's name; by default the user's.")
@click.option("--user", metavar="ID", default="", help="Whom to sign in, such as @bot:example.org.")
@click.option("--password-file", metavar="FILE", help="Holds the password; - for standard input. Else it is asked for.")
@click.option(
    "--token-file", metavar="FILE", help="Holds an access token, instead of a password; - for standard input."
)
@click.option("--again", is_flag=True, help="Sign in as a new device, and sign the old one out.")
@click.option("--reset-identity", is_flag=True, help="Replace the account's cross-signing identity. People are told.")
def matrix_login(
    homeserver: str, user: str, password_file: str | None, token_file: str | None, again: bool, reset_identity: bool
) -> None:
    """Sign the bot in, once; later starts are the same device.

    It makes a device of its own, gives the server the keys of its encryption, has the account vouch for it, and saves
    the whole in the data folder. Where somebody is signed in already, --again puts a new device in place of the old;
    and with --reset-identity alone, the account gets a new identity.

    Exit status: 0 signed in, 1 it did not work, 2 wrong usage.
    """
    if not (user or token_file or again or reset_identity):
        raise click.UsageError("say whom to sign in: --user ID, or --token-file FILE")
    if {password_file, token_file} == {"-"}:
        raise click.UsageError("standard input holds the password or the token, not both")
    settings = _settings()
    token = _secret(token_file) if token_file else ""

    def password() -> str:
        if password_file:
            return _secret(password_file)
        if not sys.stdin or not sys.stdin.isatty():
            raise Fault("no terminal to type the password at; give it with --password-file FILE (- for standard input)")
        taken = signal.signal(signal.SIGINT, signal.default_int_handler)  # asyncio's would wait for the line's end
        try:
            return str(click.prompt("Password", hide_input=True, err=True))
        finally:
            signal.signal(signal.SIGINT, taken)

    import asyncio
    import signal

    from adapters.errors import AdapterError
    from adapters.matrix.check import fingerprint
    from adapters.matrix.login import Wish, login
    from adapters.matrix.session import matrix_folder

    folder = matrix_folder(settings.data_dir)
    try:
        done = asyncio.run(login(folder, Wish(homeserver, user, password, token, again, reset_identity)))
    except AdapterError as error:
        raise Failure(str(error)) from error
    except KeyboardInterrupt:
        raise click.Abort from None
    for warning in done.warnings:
        click.echo(f"hearings: warning: {warning}", err=True)
    session = done.session
    if reset_identity and not done.trust.signed:
        signed_in = f"{session.user_id}, device {session.device_id}, is signed in, but"
        raise Failure(f"{signed_in} the identity was not replaced: {done.trust.reason}")
    _print(f"Signed in as {session.user_id}, device {session.device_id}, at {session.homeserver}; saved in {folder}.")
    _print(f"The device's fingerprint is {fingerprint(done.fingerprint)}")
    if done.trust.signed:
        _print("It is cross-signed.")
    else:
        click.echo(f"hearings: warning: the device is not cross-signed: {done.trust.reason}", err=True)


@matrix.command("run")
def matrix_run() -> None:
    """Answer in Matrix, and post its digests, until told to stop (Ctrl-C, SIGTERM). Sign in first: hearings matrix login.

    Exit status: 0 stopped, 1 it cannot go on, such as a sign-in that the server no longer takes.
    """
    _run_platforms(["matrix"], together=False)


@main.group()
def slack() -> None:
    """Make the Slack app, and run the bot in Slack."""


@slack.command("manifest")
@click.option("--minimal", is_flag=True, help="Do without reading what people write in channels.")
@click.option("--command", metavar="NAME", help="The slash command; by default the settings' slack.command.")
@click.option("--socket", is_flag=True, help="For Socket Mode; by default as the settings' slack.mode says.")
@click.option("--http", metavar="URL", help="For HTTP: where Slack reaches the bot, such as https://bot.example.org.")
@click.option("--install", metavar="URL", help="For several workspaces: where people reach its install page.")
@click.option("--scopes", is_flag=True, help="Print, instead, what each permission is for and what is lost without it.")
def slack_manifest(
    minimal: bool, command: str | None, socket: bool, http: str | None, install: str | None, scopes: bool
) -> None:
    """Print the app's manifest, to be pasted at https://api.slack.com/apps under Create New App, From a manifest."""
    import json

    from adapters.slack.manifest import manifest, table

    settings = _settings()
    minimal = minimal or settings.slack.minimal
    if scopes:
        _print(table(minimal=minimal))
        return
    if socket and http:
        raise click.UsageError("give --socket or --http, not both")
    if not (socket or http) and settings.slack.mode == "http":
        raise click.UsageError("the settings say slack.mode: http; say where Slack reaches the bot: --http URL")
    for url in filter(None, (http, install)):
        if not url.startswith("https://"):
            raise click.UsageError(f"{url} is no address that Slack takes; expected one that begins with https://")
    name = f"/{(command or settings.slack.command).lstrip('/')}"
    made = manifest(_document(settings.document), command=name, minimal=minimal, url=http, install_url=install)
    _print(json.dumps(made, indent=2, ensure_ascii=False))


@slack.command("check")
def slack_check() -> None:
    """Say what is well and what is wrong in Slack, and how to mend it.

    Exit status: 0 all is well, 1 something is wrong.
    """
    import asyncio

    from adapters.slack.check import check_slack

    findings = asyncio.run(check_slack(_slack_options(_settings())))
    _print("\n".join(finding.line() for finding in findings))
    sys.exit(0 if all(finding.well for finding in findings) else FAILED)


@slack.command("run")
def slack_run() -> None:
    """Answer in Slack, and post its digests, until told to stop (Ctrl-C, SIGTERM). Make the app first: hearings slack manifest.

    Exit status: 0 stopped, 1 it cannot go on, such as a token that Slack does not take.
    """
    _run_platforms(["slack"], together=False)


@main.command()
def run() -> None:
    """Answer on every platform that is set up, and post all digests, until told to stop (Ctrl-C, SIGTERM).

    Matrix is set up by hearings matrix login, Slack by its tokens in the settings. A platform that fails is tried again
    after a while and takes nothing else down.

    Exit status: 0 stopped, 1 it cannot begin, such as where another bot runs, 2 nothing is set up.
    """
    from adapters.matrix.session import SESSION, matrix_folder

    settings = _settings()
    found = []
    if (matrix_folder(settings.data_dir) / SESSION).exists():
        found.append("matrix")
    if _slack_options(settings).set_up:
        found.append("slack")
    if not found:
        raise Fault("no platform is set up: begin with hearings matrix login, or hearings slack manifest")
    _run_platforms(found, together=True)


def _run_platforms(platforms: Sequence[str], *, together: bool) -> None:
    """Run platforms until told to stop.

    Args:
        together: Whether one that fails is run again; else its failure ends the run.

    Raises:
        Failure: It cannot go on.
    """
    import asyncio
    import gc

    from adapters.errors import AdapterError
    from adapters.logs import log_to_stderr
    from bot.errors import BotError

    gc.disable()  # until all is loaded: a tenth of the start
    settings = _settings()
    document = _document(settings.document)
    log_to_stderr()
    try:
        asyncio.run(_until_told(settings, document, platforms, together=together))
    except (AdapterError, BotError) as error:
        raise Failure(str(error)) from error


async def _until_told(settings: Settings, document: Document, platforms: Sequence[str], *, together: bool) -> None:
    import asyncio
    import gc
    from datetime import time, timedelta

    from adapters.matrix.session import load_session, matrix_folder, only_one
    from adapters.running import digests_posted, kept_going, told_to_stop
    from adapters.slack.options import insist_on_set_up
    from bot.digests.subscriptions import Lateness
    from bot.store.sql import open_store

    folder, url = matrix_folder(settings.data_dir), settings.database_url
    if "matrix" in platforms:
        load_session(folder)  # what cannot begin ends here, whatever else could
    if "slack" in platforms:
        insist_on_set_up(_slack_options(settings))
    shared = url.startswith("postgres") and "matrix" not in platforms
    lateness = Lateness(timedelta(hours=settings.digests.catch_up_hours), time.fromisoformat(settings.digests.latest))
    with nullcontext() if shared else only_one(folder):
        store = open_store(url)
        try:
            gc.freeze()
            gc.enable()
            with told_to_stop() as stop:
                async with digests_posted(document, store, url, platforms, lateness) as posters:
                    wiring = {"matrix": _run_matrix, "slack": _run_slack}
                    runs = {name: partial(wiring[name], settings, document, store, posters, stop) for name in platforms}
                    if together:
                        await asyncio.gather(*(kept_going(name, run, stop) for name, run in runs.items()))
                    else:
                        await runs[platforms[0]]()
        finally:
            await store.close()


async def _run_matrix(
    settings: Settings, document: Document, store: SqlStore, posters: dict[str, Poster], stop: asyncio.Event
) -> None:
    from adapters.matrix.options import Options
    from adapters.matrix.run import run_matrix
    from adapters.matrix.session import close_client, load_session, make_client, matrix_folder

    folder = matrix_folder(settings.data_dir)
    client = make_client(load_session(folder), folder)
    try:
        options = Options(operator=settings.operator, **_rules(settings), **settings.matrix.model_dump())
        await run_matrix(client, document, store, options, _limits(settings), posters, stop)
    finally:
        await close_client(client)


async def _run_slack(
    settings: Settings, document: Document, store: SqlStore, posters: dict[str, Poster], stop: asyncio.Event
) -> None:
    from adapters.slack.run import run_slack

    await run_slack(document, store, settings.database_url, _slack_options(settings), _limits(settings), posters, stop)


def _limits(settings: Settings) -> Limits:
    from bot.pace import Limits

    return Limits(settings.limits.person, settings.limits.room, settings.limits.seconds)


@main.group()
def digests() -> None:
    """Look at how digests are posted."""


@digests.command("simulate")
@click.option("--subscriptions", metavar="N", type=click.IntRange(1, 1_000_000), default=1000, help="How many; 1000.")
@click.option("--days", metavar="D", type=click.IntRange(1, 1000), default=1, help="For how many days; 1.")
@click.option("--destinations", metavar="N", type=click.IntRange(1), help="Accounts they are spread over; one for 50.")
@click.option(
    "--within",
    metavar="SECONDS",
    type=click.FloatRange(0),
    default=0.0,
    help="A day's are due in; 0, as at nine sharp.",
)
@click.option(
    "--database", metavar="URL", help="An empty database; by default a SQLite file that is deleted afterwards."
)
def digests_simulate(
    subscriptions: int, days: int, destinations: int | None, within: float, database: str | None
) -> None:
    """Post so many digests for so many days to a sink that counts, with the real store and engine; nobody is written to.

    A destination gets a posting a second, as it does from the bot, so a day takes at least as many seconds as one
    destination has subscriptions.

    Exit status: 0 each was posted once, 1 something was lost or doubled.
    """
    import asyncio
    import tempfile
    from pathlib import Path

    from adapters.errors import AdapterError
    from adapters.simulate import simulate
    from bot.errors import BotError

    with tempfile.TemporaryDirectory() as folder:
        url = database or f"sqlite:///{Path(folder) / 'hearings.db'}"
        try:
            came = asyncio.run(simulate(_document(None), url, subscriptions, days, destinations, within))
        except (AdapterError, BotError) as error:
            raise Failure(str(error)) from error
    _print(came.lines())
    sys.exit(FAILED if came.lost or came.doubled else 0)


def _slack_options(settings: Settings) -> SlackOptions:
    from adapters.slack.options import Options

    given = settings.slack.model_dump()
    secrets = {key: value.get_secret_value() for key, value in given.items() if hasattr(value, "get_secret_value")}
    return Options(**{**given, **secrets}, **_rules(settings))


def _rules(settings: Settings) -> dict[str, Any]:
    """What holds on every platform: how many digests a room may have, and who may change things."""
    return {"digests": settings.digests.a_room, "may": settings.may_change}


def _secret(file: str) -> str:
    """What a file holds, or standard input where it is named -, without the end of its line.

    Raises:
        Fault: It cannot be read, or holds nothing or more than one line.
    """
    try:
        if file == "-":
            text = sys.stdin.read() if sys.stdin else ""
        else:
            with open(file, encoding="utf-8") as opened:  # noqa: PTH123  a name, as the other commands take it
                text = opened.read()
    except (OSError, ValueError) as error:
        raise Fault(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from None
    secret = text.rstrip("\r\n")
    if not secret or "\n" in secret:
        raise Fault(
            f"{file} holds {'more than one line' if secret else 'nothing'}; expected one line with the secret alone"
        )
    return secret


if __name__ == "__main__":
    main()
