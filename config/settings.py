"""The settings of a running bot: one YAML file, every key overridable from the environment.

Loaded only where a file or a variable exists; without any, the defaults serve.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from config.locate import DEFAULT_DOCUMENT, FILE_VARIABLE, PREFIX, settings_file


class ConfigError(Exception):
    """Settings that cannot be used; the message names the key, what was found and what is expected."""


class Settings(BaseSettings):
    """Everything that an operator can set. `config/example.yaml` holds each key with its default."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    document: str = Field(
        default=DEFAULT_DOCUMENT, min_length=1, description="A shipped document's name, or a folder with source.txt."
    )

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
    for key in data or {}:
        if not isinstance(key, str) or key not in Settings.model_fields:
            raise ConfigError(_unknown(f"{file}: {key}", str(key), "{}"))
    return data or {}


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
            key = variable[len(PREFIX) :].lower()
            if key not in Settings.model_fields:
                raise ConfigError(_unknown(variable, key.partition("__")[0], PREFIX + "{}"))
        elif name.startswith(PREFIX[:-1]) and name != FILE_VARIABLE:
            from corpus.search import nearest

            if nearest(name, [FILE_VARIABLE]):
                raise ConfigError(f"{variable} is no setting; did you mean {FILE_VARIABLE}?")
            raise ConfigError(_unknown(variable, variable[len(PREFIX) - 1 :].lower(), PREFIX + "{}"))


def _fault(fault: dict[str, Any], file: Path | None) -> str:
    key = ".".join(str(part) for part in fault["loc"])
    if fault["type"] == "extra_forbidden":
        return _unknown(f"{file or 'settings'}: {key}", key, "{}")
    return f"setting {key}: {fault['msg'][0].lower()}{fault['msg'][1:]}"


def _unknown(found: str, key: str, form: str) -> str:
    from corpus.search import nearest

    near = key if key in Settings.model_fields else nearest(key.casefold(), list(Settings.model_fields))
    known = ", ".join(Settings.model_fields)
    return f"{found} is no setting; " + (
        f"did you mean {form.format(near if form == '{}' else near.upper())}?" if near else f"expected one of {known}"
    )
