"""The scenarios in Slack: each over a socket and over HTTP, against the project's own fake."""

from collections.abc import Iterator

import pytest

from adapters.slack.manifest import scopes, subscriptions
from corpus.document import Document
from tests.conformance.runner import play
from tests.conformance.scenarios import Need, Scenario, load_scenarios
from tests.conformance.slack_stage import SlackStage
from tests.slack.fake import FakeSlack
from tests.slack.running import Running, running

SCENARIOS = load_scenarios()
PLAYED = [scenario for scenario in SCENARIOS if not scenario.needs & SlackStage.gaps]
#: Nothing is to be held back here.
UNLIMITED = {"LIMITS__PERSON": 1_000_000, "LIMITS__ROOM": 1_000_000}


@pytest.fixture(scope="module", params=["socket", "http"])
def bot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with FakeSlack() as slack:
        slack.subscriptions = set(subscriptions(minimal=False, several=False))  # what the manifest asks for suffices
        slack.grant(scopes(minimal=False))
        with running(slack, tmp_path_factory.mktemp("bot"), http=request.param == "http", **UNLIMITED) as started:
            yield started
        assert slack.rejected == []
        assert slack.pings == []


@pytest.mark.parametrize("scenario", PLAYED, ids=lambda scenario: scenario.name)
async def test_a_scenario_plays(scenario: Scenario, bot: Running, document: Document) -> None:
    try:
        await play(scenario, SlackStage(bot.slack), document)
    except (AssertionError, TimeoutError) as error:
        error.add_note(bot.log[-3000:])
        raise


def test_only_replies_outside_threads_are_left_out() -> None:
    left_out = [scenario.name for scenario in SCENARIOS if scenario.needs & SlackStage.gaps]
    assert left_out == ["an answer that somebody replied to outside threads stays"]
    assert SlackStage.gaps == {Need.REPLY}
