"""The scenarios in Matrix: each in a plain and in an encrypted room of a real homeserver."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from corpus.document import Document
from tests.conformance.matrix_stage import MatrixStage, World
from tests.conformance.runner import play
from tests.conformance.scenarios import ANA, BEN, LINES, ROWS, Act, Need, Scenario, Where, load_scenarios
from tests.matrix.homeserver import Homeserver
from tests.matrix.person import Running, person, running

SCENARIOS = load_scenarios()
PLAYED = [scenario for scenario in SCENARIOS if not scenario.needs & MatrixStage.gaps]
#: Nothing is to be held back here, and nobody looks at who has read what and who is typing.
UNLIMITED = {"LIMITS__PERSON": 1_000_000, "LIMITS__ROOM": 1_000_000, "MATRIX__JOINS_PER_HOUR": 10_000}
UNSEEN = {"MATRIX__RECEIPT_EVERY_SECONDS": 3_600, "MATRIX__TYPING_AFTER_SECONDS": 60}


@pytest.fixture(scope="module")
def bot(homeserver: Homeserver, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(homeserver, tmp_path_factory.mktemp("bot"), **UNLIMITED, **UNSEEN) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(homeserver: Homeserver, bot: Running, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    folder: Path = tmp_path_factory.mktemp("people")
    async with person(homeserver, folder, ANA) as ana, person(homeserver, folder, BEN) as ben:
        await bot.ready()
        yield World(homeserver, bot, {ANA: ana, BEN: ben}, at_once=2)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("scenario", PLAYED, ids=lambda scenario: scenario.name)
async def test_a_scenario_plays_in_plain_and_encrypted_rooms(
    scenario: Scenario, world: World, document: Document
) -> None:
    """In both at once, since most of the time is spent waiting."""
    new = scenario.steps[0].act is Act.JOIN
    stages = [MatrixStage(world, encrypted=encrypted, new=new) for encrypted in (False, True)]
    played = await asyncio.gather(*(play(scenario, stage, document) for stage in stages), return_exceptions=True)
    for kind, error in zip(("a plain", "an encrypted"), played, strict=True):
        if error:
            error.add_note(f"in {kind} room")
            raise error


def test_nothing_is_left_out() -> None:
    assert list(SCENARIOS) == PLAYED
    assert {need for scenario in PLAYED for need in scenario.needs} == set(Need)
    assert {shows for scenario in PLAYED for shows in scenario.shows} == {*ROWS, *LINES}
    assert {scenario.where for scenario in PLAYED} == {Where.DIRECT, Where.SHARED}


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("encrypted", [False, True], ids=["plain", "encrypted"])
async def test_what_is_for_the_asker_alone_is_a_notice_in_the_thread_of_its_question(
    encrypted: bool, world: World
) -> None:
    """The one gap: Matrix has no private messages, so Ana sees what Ben is told, out of the way of the talk."""
    stage = MatrixStage(world, encrypted=encrypted, new=True)
    await stage.enter(Where.SHARED)
    error = await stage.say(BEN, "para 99", addressed=True)
    await stage.say(ANA, "answers reply", addressed=True)
    aid = await stage.say(BEN, "help", addressed=True)
    public = await stage.say(BEN, "para 32", addressed=True)
    shown = await stage.shown(lambda all_: public in {one.reply_to for one in all_})
    stands = {one.reply_to: (one.thread, one.private) for one in shown}
    assert stands[error] == (error, True)
    assert stands[aid] == (aid, True), "also where answers come as replies outside threads"
    assert stands[public] == (None, False)
