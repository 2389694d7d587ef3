"""What an operator can set for Slack, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field

from adapters.errors import AdapterError


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot behaves in Slack; `config/example.yaml` says what each is for."""

    mode: str = "socket"
    bot_token: str = field(default="", repr=False)
    app_token: str = field(default="", repr=False)
    signing_secret: str = field(default="", repr=False)
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    base_url: str = "https://slack.com/api/"
    host: str = "127.0.0.1"
    port: int = 3000
    command: str = "/hearings"
    minimal: bool = False
    digests: int = 5
    may: tuple[str, ...] = ()

    @property
    def set_up(self) -> bool:
        """Whether anything was said about a Slack app."""
        return bool(self.bot_token or self.app_token or self.signing_secret or self.client_id or self.client_secret)

    @property
    def several_workspaces(self) -> bool:
        """Whether people install the app into their workspaces themselves."""
        return bool(self.client_id)


class NotSetUp(AdapterError):
    """Settings that are missing or contradict each other."""


def faults(options: Options) -> list[str]:
    """What is missing before the bot can run, a clause each, with what to do."""
    found = []
    if options.client_id or options.client_secret:
        if not (options.client_id and options.client_secret):
            found.append(
                "only one of slack.client_id and slack.client_secret is set; set both, or neither and a bot token"
            )
        if options.bot_token:
            found.append("both slack.bot_token and slack.client_id are set; set one, for one workspace or for several")
    elif not options.bot_token:
        found.append("slack.bot_token is missing; it begins with xoxb- and stands under OAuth & Permissions")
    elif not options.bot_token.startswith("xoxb-"):
        found.append("slack.bot_token is no bot token; expected one that begins with xoxb-")
    if options.mode == "socket" and not options.app_token.startswith("xapp-"):
        said = "is no app-level token" if options.app_token else "is missing"
        found.append(
            f"slack.app_token {said}; it begins with xapp- and is made under Basic Information, App-Level Tokens"
        )
    if options.mode == "http" and not options.signing_secret:
        found.append("slack.signing_secret is missing; it stands under Basic Information, App Credentials")
    return found


def insist_on_set_up(options: Options) -> None:
    """Refuse what cannot run.

    Raises:
        NotSetUp: Something is missing; the message says what.
    """
    if found := faults(options):
        raise NotSetUp("; ".join(found))
