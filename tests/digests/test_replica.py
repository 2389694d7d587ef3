"""The names under which processes post: kept through a database that is away, never held twice."""

import pytest
from sqlalchemy import text

from bot.digests import engine as job_engine
from bot.digests.engine import _Replica
from bot.message import EPOCH
from bot.store.database import engine_for
from bot.store.digests import Ledger
from tests.postgres import Postgres


def test_a_name_is_had_again_after_the_database_was_away(
    postgres: Postgres, migrated_postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_for(postgres.new_database(like=migrated_postgres))
    ledger = Ledger(engine.dialect)
    replica = _Replica.claim(engine)
    try:
        with engine.begin() as connection:
            connection.execute(
                text(
                    "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()"
                )
            )
        with monkeypatch.context() as away:
            away.setattr(job_engine, "_session", lambda _: (_ for _ in ()).throw(ConnectionError()))
            for _ in range(2):
                with pytest.raises(ConnectionError):
                    replica.take_over(ledger, EPOCH)
        replica.take_over(ledger, EPOCH)
        other = _Replica.claim(engine)
        assert (replica.name, other.name) == ("1", "2")
        other.let_go()
    finally:
        replica.let_go()
        engine.dispose()
