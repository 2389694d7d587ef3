"""The settings of a running bot: one YAML file, every key overridable from the environment.

Loaded only where a file or a variable exists; without any, the defaults serve.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, PydanticBaseSettingsSource, SettingsConfigDict

from config.locate import DEFAULT_DOCUMENT, FILE_VARIABLE, PREFIX, settings_file

#: A Matrix user id or a server's name; what follows the colon of either may be a port or an IPv6 address.
#: Source: https://spec.matrix.org/v1.12/appendices/#identifier-grammar
INVITER = re.compile(r"(@[^\s:]*:)?([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d+)?")
#: The databases that the store knows, as SQLAlchemy writes their URLs.
DATABASE = re.compile(r"(sqlite|postgresql)(\+\w+)?://.*")


class ConfigError(Exception):
    """Settings that cannot be used; the message names the key, what was found and what is expected."""


def _number(given: object) -> object:
    """A yes or no is no number, though Python takes it for one."""
    if isinstance(given, bool):
        raise PydanticCustomError("no_number", "expected a number")
    return given


def _words(given: object) -> object:
    """A variable holds a list as words, with or without commas and brackets."""
    if not isinstance(given, str):
        return given
    listed = re.fullmatch(r"\s*\[(.*)\]\s*", given, re.DOTALL)
    return tuple(re.findall(r"[^\s,'\"]+", listed[1] if listed else given))


Whole = Annotated[int, BeforeValidator(_number)]
Decimal = Annotated[float, BeforeValidator(_number), Field(allow_inf_nan=False)]


class _Group(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class Limits(_Group):
    """How much is answered, so that nobody drowns a room; what is too much gets one polite notice."""

    person: Whole = Field(default=100, ge=1, le=1_000_000, description="Messages a person within `seconds`.")
    room: Whole = Field(default=300, ge=1, le=1_000_000, description="Messages a room within `seconds`.")
    seconds: Whole = Field(default=300, ge=1, le=86_400, description="The span that both are counted over.")


class DigestSettings(_Group):
    """What concerns digests on every platform."""

    a_room: Whole = Field(default=5, ge=1, le=100, description="Digests that a room may have at a time.")
    catch_up_hours: Decimal = Field(
        default=12, ge=0, le=24, description="A posting that could not be made in time is made late, up to this, ..."
    )
    latest: str = Field(
        default="20:00",
        pattern=r"^([01]\d|2[0-3]):[0-5]\d$",
        description="... and not after this local time; else that day is skipped.",
    )

    @field_validator("latest", mode="before")
    @classmethod
    def _clock(cls, given: object) -> object:
        """YAML takes 20:00 without quotation marks for so many minutes."""
        if isinstance(given, int) and not isinstance(given, bool):
            return f"{given // 60:02}:{given % 60:02}"
        return given


class MatrixSettings(_Group):
    """What concerns Matrix alone. Who the bot is stands in the data folder: `hearings matrix login` puts it there."""

    prefix: str = Field(
        default="!hearings",
        pattern=r"^\S+$",
        max_length=50,
        description="Addresses the bot in a room, as a mention does.",
    )
    alias: str = Field(default="!h", pattern=r"^\S*$", max_length=50, description="A short prefix; empty for none.")
    invite_from: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Users or servers whose invitations are accepted; empty for the bot's own server."
    )
    joins_per_hour: Whole = Field(default=20, ge=0, le=10_000, description="Invitations accepted within an hour.")
    answer_up_to_hours: Decimal = Field(
        default=24, ge=0, le=8_760, description="Messages older than this are left alone after downtime."
    )
    key_wait_seconds: Decimal = Field(
        default=60, ge=0, le=86_400, description="How long a message waits for its key before the room is told."
    )
    typing_after_seconds: Decimal = Field(
        default=0.5, ge=0, le=60, description="An answer that takes longer shows that the bot is typing."
    )
    sync_timeout_seconds: Decimal = Field(
        default=30, ge=1, le=300, description="How long the server may hold a request for news."
    )
    backoff_seconds: Decimal = Field(
        default=1, ge=0.01, le=3_600, description="The wait after a failed request; it doubles with each."
    )
    backoff_at_most_seconds: Decimal = Field(default=60, ge=0.01, le=3_600, description="The longest such wait.")
    receipt_every_seconds: Decimal = Field(
        default=1, ge=0, le=3_600, description="Read receipts of a room are no closer together than this."
    )

    @field_validator("invite_from", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        return _words(given)

    @field_validator("invite_from")
    @classmethod
    def _known(cls, given: tuple[str, ...]) -> tuple[str, ...]:
        if not all(INVITER.fullmatch(one) for one in given):
            raise PydanticCustomError(
                "inviter", "expected users such as @ann:example.org, or servers such as example.org"
            )
        return given

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.backoff_at_most_seconds < self.backoff_seconds:
            raise PydanticCustomError("order", "backoff_at_most_seconds is less than backoff_seconds; expected more")
        return self


class SlackSettings(_Group):
    """What concerns Slack alone. Tokens are better given as variables, such as HEARINGS__SLACK__BOT_TOKEN."""

    mode: Literal["socket", "http"] = Field(
        default="socket", description="How Slack reaches the bot: over a socket that the bot opens, or at an address."
    )
    bot_token: SecretStr = Field(
        default=SecretStr(""), description="The bot token of one workspace, which begins with xoxb-."
    )
    app_token: SecretStr = Field(
        default=SecretStr(""), description="The app-level token for Socket Mode, which begins with xapp-."
    )
    signing_secret: SecretStr = Field(
        default=SecretStr(""), description="With which Slack signs what it sends over HTTP."
    )
    client_id: str = Field(default="", max_length=100, description="For several workspaces: the app's client id, ...")
    client_secret: SecretStr = Field(default=SecretStr(""), description="... and its secret, in place of a bot token.")
    base_url: str = Field(
        default="https://slack.com/api/", pattern=r"^https?://\S+$", description="Where Slack's Web API is."
    )
    host: str = Field(default="127.0.0.1", min_length=1, description="The address that HTTP mode listens on.")
    port: Whole = Field(default=3000, ge=0, le=65_535, description="Its port; 0 for any that is free.")
    command: str = Field(
        default="/hearings",
        pattern=r"^/[a-z0-9_-]{1,31}$",
        description="The slash command; all apps of a workspace share one namespace.",
    )
    minimal: bool = Field(default=False, description="Whether the app was made from the manifest with --minimal.")


class Settings(BaseSettings):
    """Everything that an operator can set. `config/example.yaml` holds each key with its default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    document: str = Field(
        default=DEFAULT_DOCUMENT, min_length=1, description="A shipped document's name, or a folder with source.txt."
    )
    data_dir: Path = Field(
        default=Path("hearings-data"), description="Everything that the bot keeps: its store, its keys, its sign-in."
    )
    database: SecretStr = Field(
        default=SecretStr(""), description="The store as a SQLAlchemy URL; empty for hearings.db in the data folder."
    )
    operator: str = Field(
        default="",
        max_length=500,
        description="How to reach whoever runs the bot; said where it declines an invitation.",
    )
    may_change: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(),
        description="Who may order digests and change what a room has chosen, besides managers and the inviter.",
    )
    limits: Limits = Field(default_factory=Limits)
    digests: DigestSettings = Field(default_factory=DigestSettings)
    matrix: MatrixSettings = Field(default_factory=MatrixSettings)
    slack: SlackSettings = Field(default_factory=SlackSettings)

    @field_validator("may_change", mode="before")
    @classmethod
    def _split(cls, given: object) -> object:
        return _words(given)

    @field_validator("data_dir")
    @classmethod
    def _some_folder(cls, given: Path) -> Path:
        if given == Path():
            raise PydanticCustomError("folder", "expected a folder of its own, such as hearings-data")
        return given.expanduser()

    @field_validator("database")
    @classmethod
    def _some_database(cls, given: SecretStr) -> SecretStr:
        if given and not DATABASE.fullmatch(given.get_secret_value()):
            raise PydanticCustomError(
                "database", "expected a URL such as postgresql+psycopg://user:password@host/name, or nothing for SQLite"
            )
        return given

    @property
    def database_url(self) -> str:
        """Where the store is, as a SQLAlchemy URL. A password may be in it: never show it."""
        return self.database.get_secret_value() or f"sqlite:///{self.data_dir / 'hearings.db'}"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment before the file, whose content is handed over as arguments."""
        return (env_settings, init_settings)


def load_settings() -> Settings:
    """The settings.

    Raises:
        ConfigError: The file is missing or no YAML, a key is unknown (the nearest known one is named), or a value is not
            of its form. No value is shown: it may be a secret.
    """
    file = settings_file()
    _refuse_unknown_variables()
    given = _read(file) if file else {}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise ConfigError("; ".join(_fault(dict(fault), file) for fault in error.errors(include_input=False))) from None


def _read(file: Path) -> dict[str, Any]:
    import yaml

    if not file.is_file():
        raise ConfigError(
            f"{FILE_VARIABLE} names {file}, which is no readable file; expected a YAML file with settings"
        )
    try:
        data = yaml.safe_load(file.read_bytes())
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{file}{_line_of(error, file)}: cannot be read as YAML; expected settings such as “document: hearings-2006”"
        ) from None
    if data is not None and not isinstance(data, dict):
        raise ConfigError(f"{file}: holds a {type(data).__name__}; expected settings such as “document: hearings-2006”")
    return _checked(data or {}, Settings, str(file), ())


def _checked(data: dict[Any, Any], group: type[BaseModel], file: str, above: tuple[str, ...]) -> dict[str, Any]:
    """The settings of a group. One whose keys are all commented out sets nothing."""
    checked: dict[str, Any] = {}
    for key, value in data.items():
        path = (*above, str(key))
        if not isinstance(key, str) or key not in group.model_fields:
            raise ConfigError(_unknown(f"{file}: {'.'.join(path)}", path))
        if below := _group(path):
            if value is not None and not isinstance(value, dict):
                example = next(iter(below.model_fields))
                raise ConfigError(f"setting {key}: holds a {type(value).__name__}; expected keys such as “{example}:”")
            checked[key] = _checked(value or {}, below, file, path)
        else:
            checked[key] = value
    return checked


def _group(path: Sequence[str]) -> type[BaseModel] | None:
    """The group of settings at a path; None where a setting or nothing stands."""
    group: type[BaseModel] = Settings
    for key in path:
        field = group.model_fields.get(key)
        if field is None or not (isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)):
            return None
        group = field.annotation
    return group


def _line_of(error: Exception, file: Path) -> str:
    """Where in a file YAML stumbled, as ", line 3"; "" where it does not say."""
    mark = getattr(error, "problem_mark", None)
    if mark:
        return f", line {mark.line + 1}"
    position = getattr(error, "position", None)
    if isinstance(position, int):
        return f", line {file.read_bytes()[:position].count(bytes([10])) + 1}"
    return ""


def _refuse_unknown_variables() -> None:
    for variable in os.environ:
        name = variable.upper()
        if name.startswith(PREFIX):
            path = tuple(variable[len(PREFIX) :].lower().split("__"))
            above = _group(path[:-1])
            if above is None or path[-1] not in above.model_fields:
                raise ConfigError(_unknown(variable, path, variable=True))
            if below := _group(path):
                example = _as_variable((*path, next(iter(below.model_fields))))
                raise ConfigError(f"{variable} is no setting but a group of them; expected variables such as {example}")
        elif name.startswith(PREFIX[:-1]) and name != FILE_VARIABLE:
            from corpus.search import nearest

            if nearest(name, [FILE_VARIABLE]):
                raise ConfigError(f"{variable} is no setting; did you mean {FILE_VARIABLE}?")
            path = tuple(variable[len(PREFIX) - 1 :].lower().split("__"))
            raise ConfigError(_unknown(variable, path, variable=True))


def _as_variable(path: Sequence[str]) -> str:
    return PREFIX + "__".join(path).upper()


def _fault(fault: dict[str, Any], file: Path | None) -> str:
    path = tuple(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return _unknown(f"{file or 'settings'}: {'.'.join(path)}", path)
    return f"setting {'.'.join(path)}: {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _unknown(found: str, path: Sequence[str], *, variable: bool = False) -> str:
    """What is said of a key that is no setting: the nearest one, where there is one.

    Args:
        found: The key as it was found, and where.
        path: Its groups and itself.
        variable: Whether to name settings as variables.
    """
    from corpus.search import nearest

    above: tuple[str, ...] = ()
    for key in path:
        group = _group(above)
        if group is None:
            break
        known = list(group.model_fields)
        near = key if key in known else nearest(key.casefold(), known)
        if not near:
            return f"{found} is no setting; expected one of {', '.join(known)}"
        above = (*above, near)
    return f"{found} is no setting; did you mean {_as_variable(above) if variable else '.'.join(above)}?"
