"""One homeserver for all tests of a worker, started by the first that asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.matrix.homeserver import Homeserver
from tests.matrix.person import started

_started: list[Homeserver] = []


@pytest.fixture(scope="session")
def homeserver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Homeserver]:
    """A Synapse without rate limits. Tests share it: make users with `homeserver.new_user`, and stop no shared one."""
    with Homeserver(tmp_path_factory.mktemp("homeserver")) as server:
        _started.append(server)
        yield server
        _started.remove(server)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """Beside a failure, what the server said last."""
    report = yield
    if report.failed and "homeserver" in getattr(item, "fixturenames", ()):  # type: ignore[attr-defined]
        report.sections += [(bot.user, bot.log[-3000:]) for bot in started]  # type: ignore[attr-defined]
        report.sections += [("homeserver", server.log_tail()) for server in _started]  # type: ignore[attr-defined]
    return report
