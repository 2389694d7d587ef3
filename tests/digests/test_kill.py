"""Nothing is lost and nothing doubled when processes are killed; the long runs are `make soak`."""

from pathlib import Path

from tests.digests.kill import run
from tests.postgres import Postgres


async def test_on_sqlite_nothing_is_lost_or_doubled_under_sigkill(tmp_path: Path, migrated_sqlite: Path) -> None:
    (tmp_path / "hearings.db").write_bytes(migrated_sqlite.read_bytes())
    url = f"sqlite:///{tmp_path / 'hearings.db'}"
    outcome = await run(url, count=40, accounts=40, within_seconds=3, kills=2, seed=1)
    assert (outcome.lost, outcome.doubled, outcome.unknown) == (0, 0, 0), outcome.line()
    assert outcome.holding, outcome.line()


async def test_on_postgresql_a_replica_that_never_returns_loses_and_doubles_nothing(
    postgres: Postgres, migrated_postgres: str
) -> None:
    url = postgres.new_database(like=migrated_postgres)
    outcome = await run(url, count=40, accounts=40, within_seconds=3, kills=2, workers=2, one_stays_dead=True, seed=2)
    assert (outcome.lost, outcome.doubled, outcome.unknown) == (0, 0, 0), outcome.line()
