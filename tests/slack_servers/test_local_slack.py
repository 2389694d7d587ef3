"""The scenarios of the conformance suite on local-slack, which nobody here wrote, through `hearings slack run`."""

from collections.abc import Iterator

import pytest
from _pytest.mark import ParameterSet

from corpus.document import Document
from tests.conformance.runner import play
from tests.conformance.scenarios import ANA, Scenario, load_scenarios
from tests.slack_servers.local_slack import LocalSlack, LocalSlackStage, everybody, local_slack
from tests.slack_servers.servers import bot, missing

pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(missing()), reason=missing() or "installed")]

#: What local-slack has not, and so cannot be played on it.
NOT_JOINED = "nobody can be invited, so no event tells of it"
NOT_TWICE = "nothing is delivered twice"
NO_REPLIES = "Slack has no replies outside threads"
ZONED = "every profile has a time zone"
NO_FILES = "what is uploaded is not looked at here"
UNPLAYED = {
    "times in one's own zone, in private": ZONED,
    "the settings of a chat of one's own": ZONED,
    "an answer that somebody replied to outside threads stays": NO_REPLIES,
    "the day drawn, a topic drawn, and a file for a calendar (direct)": NO_FILES,
    "the day drawn, a topic drawn, and a file for a calendar (shared)": NO_FILES,
    "delivered twice, answered once (direct)": NOT_TWICE,
    "delivered twice, answered once (shared)": NOT_TWICE,
    "a short notice on joining (direct)": NOT_JOINED,
    "a short notice on joining (shared)": NOT_JOINED,
    "a notice on joining says who can set it up": NOT_JOINED,
}
SCENARIOS = load_scenarios()
#: Nothing is to be held back here; and as nobody is an admin or invites the bot, the settings say who may change things.
SETTINGS = {"LIMITS__PERSON": 1_000_000, "LIMITS__ROOM": 1_000_000, "MAY_CHANGE": " ".join(everybody(ANA))}


@pytest.fixture(scope="module", params=["socket", "http"])
def slack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalSlack]:
    http = request.param == "http"
    folder, bots = tmp_path_factory.mktemp("local-slack"), tmp_path_factory.mktemp("bot")
    with local_slack(folder, http=http) as started, bot(bots, **started.settings(http=http), **SETTINGS):
        yield started


def _as_case(scenario: Scenario) -> ParameterSet:
    """A scenario; one that cannot be played must fail, and is missed from the list if it does not."""
    why = UNPLAYED.get(scenario.name)
    marks = [pytest.mark.xfail(strict=True, reason=why)] if why else []
    return pytest.param(scenario, id=scenario.name, marks=marks)


@pytest.mark.parametrize("scenario", [*map(_as_case, SCENARIOS)])
async def test_a_scenario_plays(scenario: Scenario, slack: LocalSlack, document: Document) -> None:
    await play(scenario, LocalSlackStage(slack), document)


def test_what_is_not_played_is_in_the_suite() -> None:
    assert {scenario.name for scenario in SCENARIOS} >= set(UNPLAYED)
