from collections.abc import Iterator

import pytest

from adapters.slack.manifest import subscriptions
from tests.slack.fake import FakeSlack
from tests.slack.running import Running, running


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A bot that a file's tests share, by a socket; whatever it sent was well-formed and pinged nobody."""
    with FakeSlack() as slack:
        slack.subscriptions = set(subscriptions(minimal=False, several=False))
        with running(slack, tmp_path_factory.mktemp("bot")) as started:
            yield started
        assert slack.rejected == []
        assert slack.pings == []
