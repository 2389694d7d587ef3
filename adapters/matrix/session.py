"""Who the bot is in Matrix: the sign-in, saved once; and nio's client made from it.

All of it lies in one folder, `matrix` in the data folder, that only its owner can read: `session.json`, `crypto/` with
the device's encryption store, `cross-signing.json`.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from adapters.errors import AdapterError
from bot.errors import StoreError
from bot.store.lock import hold

if TYPE_CHECKING:
    from nio import AsyncClient

log = logging.getLogger(__name__)

SESSION = "session.json"
CRYPTO = "crypto"
LOGIN = "hearings matrix login"
#: nio waits this long at most before it tries a server again that is not there.
RETRY_SECONDS = 5
PRIVATE_FILE = 0o600
PRIVATE_FOLDER = 0o700


@dataclass(frozen=True, slots=True)
class Session:
    """One device of one account.

    Attributes:
        pickle_key: Encrypts the device's keys where they are stored.
    """

    homeserver: str
    user_id: str
    device_id: str
    access_token: str = field(repr=False)
    pickle_key: str = field(repr=False)


class NotSignedIn(AdapterError):
    """Nobody has signed the bot in yet."""


def matrix_folder(data_dir: Path) -> Path:
    """Where everything of Matrix lies in the data folder: the `folder` of everything in `adapters/matrix`."""
    return data_dir / "matrix"


def new_pickle_key() -> str:
    """A key that nobody can guess."""
    return secrets.token_urlsafe(32)


def save_session(session: Session, folder: Path) -> None:
    """Save a session whole or not at all, for its owner only.

    Raises:
        AdapterError: It cannot be written.
    """
    write_private(folder / SESSION, json.dumps(asdict(session), indent=1) + "\n")


def load_session(folder: Path) -> Session:
    """The saved session.

    Raises:
        NotSignedIn: There is none.
        AdapterError: It cannot be read.
    """
    file = folder / SESSION
    text = read_private(file)
    if text is None:
        raise NotSignedIn(f"the bot is not signed in: there is no {file}; sign it in with `{LOGIN}`")
    try:
        data = json.loads(text)
    except ValueError:
        data = None
    names = [each.name for each in fields(Session)]
    if isinstance(data, dict) and all(isinstance(data.get(name), str) and data[name] for name in names):
        return Session(**{name: data[name] for name in names})
    raise AdapterError(
        f"{file} does not hold a sign-in: expected what `{LOGIN}` saves; put back a copy or sign in anew with "
        f"`{LOGIN} --again`"
    )


@contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Keep every other process away from the device's encryption store: two that share it ruin it.

    Raises:
        AdapterError: A bot runs on the data folder, or it cannot be made.
    """
    data_dir = folder.parent
    try:
        data_dir.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    except OSError as error:
        raise AdapterError(f"the data folder {data_dir} cannot be made: {error.strerror or error}") from None
    try:
        with hold(data_dir):
            yield
    except StoreError as error:
        raise AdapterError(str(error)) from None


# -- nio's client


def make_client(session: Session, folder: Path, *, new: bool = False) -> AsyncClient:
    """A client of nio for a session, with its encryption store opened. To be closed with `close_client`.

    Args:
        session: Whose client.
        folder: The Matrix folder.
        new: Whether the device is new and its store yet to be made. Otherwise the store must be there: a device that
            begins afresh under its old name can no longer be talked to.

    Raises:
        AdapterError: The store is missing, cannot be read or opened with this pickle key.
    """
    import vodozemac
    from nio import AsyncClientConfig
    from peewee import DatabaseError  # type: ignore[import-untyped]

    from adapters.matrix.client import Client, CryptoStore, forgiving

    quiet_nio()
    crypto = folder / CRYPTO
    private_folder(folder)
    private_folder(crypto)
    file = store_file(session, folder)
    if not new:
        stored_account(session, folder, mend=True)
    config = AsyncClientConfig(
        store=CryptoStore,
        store_name=file.name,
        store_sync_tokens=False,
        pickle_key=session.pickle_key,
        encryption_enabled=True,
        max_timeout_retry_wait_time=RETRY_SECONDS,
    )
    client = Client(
        session.homeserver, session.user_id, device_id=session.device_id, store_path=str(crypto), config=config
    )
    try:
        client.restore_login(session.user_id, session.device_id, session.access_token)
        file.chmod(PRIVATE_FILE)
        forgiving(client.olm)
    except (vodozemac.PickleException, vodozemac.LibolmPickleException):
        _close_store(client)
        raise wrong_pickle_key(file, folder) from None
    except (DatabaseError, OSError) as error:
        _close_store(client)
        raise _unreadable(file, error) from None
    return client


async def close_client(client: AsyncClient) -> None:
    """Close a client's connections and its encryption store."""
    await client.close()
    _close_store(client)


def _close_store(client: AsyncClient) -> None:
    if client.store:
        client.store.database.close()


def store_file(session: Session, folder: Path) -> Path:
    """A device's encryption store."""
    return folder / CRYPTO / f"{quote(session.device_id, safe='')}.db"


def stored_account(session: Session, folder: Path, *, mend: bool = False) -> bytes:
    """What the encryption store keeps of the device, still encrypted.

    Args:
        session: Whose.
        folder: The Matrix folder.
        mend: Whether what a crash left half written may be taken back. Without it, nothing is written, so that a store
            can be looked at beside a running bot.

    Raises:
        AdapterError: There is no such store, or it does not hold this device.
    """
    file = store_file(session, folder)
    if not file.is_file():
        raise AdapterError(
            f"the encryption store {file} is missing: put back a copy, or sign in as a new device with `{LOGIN} --again`"
        )
    uri = f"{file.resolve().as_uri()}?mode={'rw' if mend else 'ro'}"
    try:
        with closing(sqlite3.connect(uri, uri=True, timeout=5)) as database:
            row = database.execute(
                "SELECT account FROM accounts WHERE user_id = ? AND device_id = ?", (session.user_id, session.device_id)
            ).fetchone()
    except sqlite3.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_READONLY_ROLLBACK":
            raise AdapterError(f"{file} was left half written by a crash; the bot's next start mends it") from None
        raise _unreadable(file, error) from None
    if row is None:
        raise AdapterError(
            f"the encryption store {file} is not of {session.user_id}, device {session.device_id}: put back a copy, or "
            f"sign in as a new device with `{LOGIN} --again`"
        )
    return bytes(row[0], "utf-8") if isinstance(row[0], str) else bytes(row[0])


def wrong_pickle_key(file: Path, folder: Path) -> AdapterError:
    """What is said where a store was encrypted with another key."""
    return AdapterError(
        f"wrong pickle key: {file} was encrypted with another than {folder / SESSION} holds; put back the two files that "
        f"belong together, or sign in as a new device with `{LOGIN} --again`"
    )


def _unreadable(file: Path, error: Exception) -> AdapterError:
    return AdapterError(
        f"the encryption store {file} cannot be read ({error}): put back a copy, or sign in as a new device with "
        f"`{LOGIN} --again`"
    )


def quiet_nio() -> None:
    """Silence nio's loggers: they write what people say ("Error validating event: …"). What matters is logged by us."""
    for name in ["nio", *logging.root.manager.loggerDict]:
        if name == "nio" or name.startswith("nio."):
            logging.getLogger(name).setLevel(logging.CRITICAL)


# -- private files


def private_folder(folder: Path) -> None:
    """Make a folder that only its owner can read, or mend one that others can.

    Raises:
        AdapterError: It cannot be made.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
        _mend(folder, PRIVATE_FOLDER)
    except OSError as error:
        raise AdapterError(f"the folder {folder} cannot be made: {error.strerror or error}") from None


def write_private(file: Path, text: str) -> None:
    """Write a file whole or not at all, for its owner only.

    Raises:
        AdapterError: It cannot be written.
    """
    private_folder(file.parent)
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, PRIVATE_FILE), "w", encoding="utf-8") as to:
            to.write(text)
            to.flush()
            os.fsync(to.fileno())
        draft.replace(file)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise AdapterError(f"{file} cannot be written: {error.strerror or error}") from None


def read_private(file: Path) -> str | None:
    """A private file's text; None where there is no such file. One that others could read is closed to them.

    Raises:
        AdapterError: It cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
        _mend(file, PRIVATE_FILE)
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise AdapterError(f"{file} cannot be read: {getattr(error, 'strerror', None) or 'it is no text'}") from None
    return text


def _mend(path: Path, mode: int) -> None:
    if path.stat().st_mode & 0o077:
        log.warning("%s could be read by others; it is closed to them now", path)
        path.chmod(mode)
