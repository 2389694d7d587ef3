"""Settings: one YAML file, the environment before it, and nothing needed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from config.locate import settings_in_use
from config.settings import ConfigError, Settings, load_settings
from tests.inside import inside

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "config" / "example.yaml"
HARBOURS = ROOT / "tests" / "corpus" / "documents" / "harbours"
VALLEYS = ROOT / "tests" / "corpus" / "documents" / "valleys"
SECRET = "xoxb-731-hunter2"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder, and no variable of ours."""
    for variable in list(os.environ):
        if variable.upper().startswith("HEARINGS"):
            monkeypatch.delenv(variable)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fault() -> str:
    """What a person is told of settings that cannot be used: one line."""
    with pytest.raises(ConfigError) as caught:
        load_settings()
    said = str(caught.value)
    assert "\n" not in said
    return said


def asked(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`hearings ask` in the working folder, with these variables of ours."""
    return inside("ask", *arguments, variables=variables)


def asked_apart(*arguments: str) -> subprocess.CompletedProcess[str]:
    """The same in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "adapters.cli", "ask", *arguments],
        env=os.environ | {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=30,
        check=False,
    )


# -- where settings come from


def test_nothing_is_needed() -> None:
    assert not settings_in_use()
    assert load_settings() == Settings.model_construct()
    assert "Hearings summary, 12 July 2006, paragraph 1" in asked_apart("para 1").stdout


def test_the_option_goes_before_a_variable_and_a_variable_before_the_file(folder: Path) -> None:
    (folder / "hearings.yaml").write_text(f"document: {HARBOURS}\n", encoding="utf-8")
    variables = {"HEARINGS__DOCUMENT": str(VALLEYS)}
    sources = [
        asked("para 1").stdout,
        asked("para 45", **variables).stdout,
        asked("--document", "hearings-2006", "para 1", **variables).stdout,
    ]
    assert ["Harbours summary" in sources[0], "Hearings summary, 12 July" in sources[2]] == [True, True]
    assert all(name not in sources[1] for name in ("Harbours summary", "Hearings summary", "There is no paragraph"))


def test_a_file_that_is_named_goes_before_the_one_in_the_folder(folder: Path) -> None:
    (folder / "hearings.yaml").write_text("document: [broken\n", encoding="utf-8")
    (folder / "other.yaml").write_text(f"document: {HARBOURS}\n", encoding="utf-8")
    assert "Harbours summary" in asked("para 1", HEARINGS_SETTINGS="other.yaml").stdout


@pytest.mark.parametrize("content", ["", "# nothing set\n", "---\n", "{}\n"], ids=ascii)
def test_a_file_that_sets_nothing_leaves_the_defaults(folder: Path, content: str) -> None:
    (folder / "hearings.yaml").write_text(content, encoding="utf-8")
    assert load_settings() == Settings.model_construct()


@pytest.mark.parametrize("variable", ["HEARINGS__DOCUMENT", "hearings__document"])
def test_a_variable_counts_in_any_case(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "valleys")
    assert settings_in_use()
    assert load_settings().document == "valleys"


def test_an_editor_s_byte_order_mark_is_no_fault(folder: Path) -> None:
    (folder / "hearings.yaml").write_bytes(b"\xef\xbb\xbfdocument: valleys\r\n")
    assert load_settings().document == "valleys"


def test_the_example_holds_every_key_with_its_default_and_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    given = yaml.safe_load(EXAMPLE.read_text(encoding="utf-8"))
    assert given == Settings.model_construct().model_dump(mode="json")
    monkeypatch.setenv("HEARINGS_SETTINGS", str(EXAMPLE))
    assert load_settings() == Settings.model_construct()


def test_a_group_sets_what_it_names_and_a_variable_goes_before_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "hearings.yaml").write_text(
        "data_dir: ~/data\nlimits: # all left out\nmatrix:\n  alias: ''\n  prefix: '!un'\n  invite_from: [example.org]\n"
    )
    monkeypatch.setenv("HEARINGS__MATRIX__PREFIX", "!doc")
    monkeypatch.setenv("HEARINGS__MATRIX__BACKOFF_SECONDS", "0.5")
    monkeypatch.setenv("hearings__limits__person", "7")
    settings = load_settings()
    assert (settings.matrix.prefix, settings.matrix.alias, settings.matrix.invite_from) == (
        "!doc",
        "",
        ("example.org",),
    )
    assert (settings.matrix.backoff_seconds, settings.limits.person, settings.limits.room) == (0.5, 7, 300)
    assert settings.data_dir == Path.home() / "data"


@pytest.mark.parametrize(
    "value",
    [
        "@ann:example.org example.net:8448",
        "@ann:example.org,example.net:8448",
        '["@ann:example.org", "example.net:8448"]',
    ],
)
def test_a_list_is_one_variable_of_words(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HEARINGS__MATRIX__INVITE_FROM", value)
    assert load_settings().matrix.invite_from == ("@ann:example.org", "example.net:8448")


def test_the_store_is_a_file_in_the_data_folder_or_the_database_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEARINGS__DATA_DIR", "/srv/bot")
    assert load_settings().database_url == "sqlite:////srv/bot/hearings.db"
    monkeypatch.setenv("HEARINGS__DATABASE", f"postgresql+psycopg://bot:{SECRET}@localhost/bot")
    settings = load_settings()
    assert settings.database_url.endswith(f"{SECRET}@localhost/bot")
    assert SECRET not in repr(settings) + str(settings) + repr(settings.model_dump())


def test_settings_are_frozen_in_every_group() -> None:
    settings = load_settings()
    for frozen, key in [(settings, "operator"), (settings.limits, "person"), (settings.matrix, "prefix")]:
        with pytest.raises(ValueError, match="frozen"):
            setattr(frozen, key, "x")


# -- what is wrong with them


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"documnet: valleys\n", ["hearings.yaml", "documnet", "did you mean document?"]),
        (b"dokument: valleys\ndocument: x\n", ["hearings.yaml", "dokument", "did you mean document?"]),
        (b"language: en\n", ["hearings.yaml", "language", "expected one of document"]),
        (b"5: x\n", ["hearings.yaml", "5", "expected one of document"]),
        (b"null: x\n", ["hearings.yaml", "expected one of document"]),
        (b"document: a\n  b: : c\n", ["hearings.yaml, line 2"]),
        (b"\n\ndocument: [a\n", ["hearings.yaml, line 4"]),
        (b"document: a\n\tb: c\n", ["hearings.yaml, line 2"]),
        (b"# settings\ndocument: 'a\x01b'\n", ["hearings.yaml, line 2"]),
        (b"document: \xff\n", ["hearings.yaml"]),
        (b"document: !!python/object:os.system x\n", ["hearings.yaml, line 1"]),
        (b"just words\n", ["hearings.yaml", "holds a str"]),
        (b"- document\n", ["hearings.yaml", "holds a list"]),
        (b"document: [a, b]\n", ["document", "string"]),
        (b"document: 5\n", ["document", "string"]),
        (b"document:\n", ["document", "string"]),
        (b"document: ''\n", ["document", "at least 1"]),
        (b"matrix:\n  prefx: x\n", ["hearings.yaml", "matrix.prefx", "did you mean matrix.prefix?"]),
        (b"matrx:\n  prefix: x\n", ["hearings.yaml", "matrx", "did you mean matrix?"]),
        (b"limits:\n  words: 5\n", ["limits.words", "expected one of person, room, seconds"]),
        (b"limits:\n  5: 5\n", ["limits.5", "expected one of person, room, seconds"]),
        (b"limits: 5\n", ["limits", "holds a int", "person:"]),
        (b"limits: [person]\n", ["limits", "holds a list"]),
        (b"limits: {person: 0}\n", ["limits.person", "greater than or equal to 1"]),
        (b"limits: {person: 1.5}\n", ["limits.person", "integer"]),
        (b"limits: {person: yes}\n", ["limits.person", "expected a number"]),
        (b"limits: {person: many}\n", ["limits.person", "integer"]),
        (b"limits: {seconds: 100000}\n", ["limits.seconds", "less than or equal to 86400"]),
        (b"matrix: {key_wait_seconds: .nan}\n", ["matrix.key_wait_seconds"]),
        (b"matrix: {backoff_seconds: .inf}\n", ["matrix.backoff_seconds"]),
        (b"matrix: {backoff_seconds: 90}\n", ["setting matrix: backoff_at_most_seconds is less"]),
        (b"matrix: {prefix: ''}\n", ["matrix.prefix"]),
        (b"matrix: {prefix: 'two words'}\n", ["matrix.prefix"]),
        (b"matrix: {invite_from: ['@ann']}\n", ["matrix.invite_from", "such as @ann:example.org"]),
        (b"matrix: {invite_from: ['https://example.org/']}\n", ["matrix.invite_from", "such as @ann:example.org"]),
        (b"matrix: {invite_from: {a: b}}\n", ["matrix.invite_from"]),
        (b"data_dir: ''\n", ["data_dir", "a folder of its own"]),
        (b"database: hearings.db\n", ["database", "such as postgresql+psycopg://"]),
        (b"database: mysql://a@b/c\n", ["database", "such as postgresql+psycopg://"]),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_what_is_wrong(folder: Path, content: bytes, said: list[str]) -> None:
    (folder / "hearings.yaml").write_bytes(content)
    message = fault()
    assert [part for part in said if part not in message] == []


def test_a_file_in_another_encoding_is_read_or_refused_in_one_line(folder: Path) -> None:
    (folder / "hearings.yaml").write_bytes("document: nowhere\n".encode("utf-16"))
    done = asked_apart("para 1")
    assert (done.returncode, done.stdout, len(done.stderr.splitlines())) == (2, "", 1)


@pytest.mark.parametrize("name", ["missing.yaml", ".", "\udcff"], ids=ascii)
def test_a_named_file_that_is_no_file_is_said(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("HEARINGS_SETTINGS", name)
    assert fault().startswith("HEARINGS_SETTINGS names ")


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("HEARINGS__DOCUMNET", "valleys", "did you mean HEARINGS__DOCUMENT?"),
        ("HEARINGS__DOCUMENT__NAME", "valleys", "HEARINGS__DOCUMENT__NAME"),
        ("HEARINGS__LANGUAGE", "en", "HEARINGS__LANGUAGE is no setting; expected one of document"),
        ("HEARINGS__", "x", "HEARINGS__ is no setting"),
        ("HEARINGS__MATRIX__PREFX", "!h", "did you mean HEARINGS__MATRIX__PREFIX?"),
        ("HEARINGS__MATRX__PREFX", "!h", "did you mean HEARINGS__MATRIX__PREFIX?"),
        ("HEARINGS__MATRIX__PREFIX__X", "!h", "did you mean HEARINGS__MATRIX__PREFIX?"),
        ("HEARINGS_MATRIX__PREFIX", "!h", "did you mean HEARINGS__MATRIX__PREFIX?"),
        (
            "HEARINGS__MATRIX",
            '{"prefix": "!h"}',
            "a group of them; expected variables such as HEARINGS__MATRIX__PREFIX",
        ),
        ("HEARINGS__MATRIX__", "!h", "HEARINGS__MATRIX__ is no setting; expected one of prefix"),
        ("HEARINGS__LIMITS__PERSON", "many", "limits.person"),
        ("HEARINGS__LIMITS__PERSON", "", "limits.person"),
        ("HEARINGS__MATRIX__INVITE_FROM", "[", "matrix.invite_from"),
        ("HEARINGS__MATRIX__INVITE_FROM", "{}", "matrix.invite_from"),
        ("HEARINGS__DOCUMENT", "", "document"),
        ("HEARINGS__DOCUMENT", "\udcff", "document"),
    ],
)
def test_a_variable_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, said: str
) -> None:
    monkeypatch.setenv(variable, value)
    assert settings_in_use()
    assert said in fault()


@pytest.mark.parametrize("variable", ["HEARINGS_DOCUMENT", "HEARINGS_SETTING"])
def test_a_variable_that_is_nearly_ours_is_not_passed_over_in_silence(variable: str) -> None:
    done = asked("para 1", **{variable: "valleys"})
    assert (done.returncode, done.stdout) == (2, "")
    assert "did you mean HEARINGS_" in done.stderr


@pytest.mark.parametrize(
    "content",
    [
        f"document: [{SECRET}]\n",
        f"document: {{{SECRET}: {SECRET}}}\n",
        f"slack_token: {SECRET}\n",
        f"document: '{SECRET}\n",
        f"document: a\n  {SECRET}: : {SECRET}\n",
        f"{SECRET}\n",
        f"- {SECRET}\n",
        f"document: *{SECRET}\n",
        f"document: !{SECRET} x\n",
        f"database: {SECRET}\n",
        f"database: [{SECRET}]\n",
        f"matrix: {{prefix: '{SECRET} {SECRET}'}}\n",
        f"matrix: {{invite_from: ['{SECRET}/']}}\n",
        f"matrix: [{SECRET}]\n",
        f"limits: {{person: {SECRET}}}\n",
    ],
)
def test_no_value_of_the_file_stands_in_an_error(folder: Path, content: str) -> None:
    (folder / "hearings.yaml").write_text(content, encoding="utf-8")
    assert SECRET not in fault()


def test_no_value_of_a_variable_stands_in_an_error() -> None:
    for variables in (
        {"HEARINGS__SLACK_TOKEN": SECRET},
        {"HEARINGS__DOCUMENT": "", "HEARINGS__TOKEN": SECRET},
        {"HEARINGS__DATABASE": SECRET},
        {"HEARINGS__LIMITS__PERSON": SECRET},
        {"HEARINGS__MATRIX": SECRET},
        {"HEARINGS__MATRIX__TOKEN": SECRET},
    ):
        done = asked("para 1", **variables)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
        assert SECRET not in done.stderr + done.stdout
