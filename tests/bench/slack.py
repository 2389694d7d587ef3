"""`make bench-slack`: the bot beside a bare AsyncApp as Bolt documents it, in turn, each in a Slack of its own.

The bot keeps what it answers in its SQLite file; the bare app answers a constant and keeps nothing. Events come by HTTP, then
by a socket; Slack's own side is reached by TLS alone, as Slack is. People write direct messages and mention the bot in a
channel, one at a time and many at once, and use the slash command. Time is from the sending to the arrival of the answer, or
of the acknowledgement, before Slack reads it. The bare app answers a command in each of the two ways that Bolt documents: in
the acknowledgement, and after it by the `response_url`; the bot acknowledges at once and answers by the latter.

Everything is a median over rounds that alternate, since the machine's other work moves both; beside the ratio of the medians
stands that of the quickest tenths. Exit status 1 where a median misses its limit. With `--plain`, the same without TLS, for
comparison.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any, TypeVar

import aiohttp
import psutil
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from adapters.slack.manifest import scopes, subscriptions
from tests.slack.fake import Call, FakeSlack
from tests.slack.running import environment, settings_for

ROOT = Path(__file__).parents[2]
ROUNDS = 20
#: Messages and commands of a round, one at a time.
ONE_BY_ONE = 25
#: Messages of a round that are under way at once, and how many there are in all.
AT_ONCE, MANY = 20, 200
STARTS = 7
WAIT_SECONDS = 30.0
SAID = "para 32"

MESSAGE, MENTION = "direct message to chat.postMessage", "mention to chat.postMessage"
RATE = "direct messages a second"
COMMAND, LATER, ACKNOWLEDGED = (
    "slash command to its answer",
    "the same, bare app by response_url",
    "slash command to its acknowledgement",
)
#: The most that the bot's time may be of the bare app's; for messages a second the least that its number may be.
LIMITS = {MESSAGE: 1.0, MENTION: 1.0, RATE: 1.0, ACKNOWLEDGED: 0.1}

T = TypeVar("T")


class Heard(list[Call]):
    """The calls that a fake Slack gets, and who waits for one of a conversation."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: dict[str, asyncio.Future[float]] = {}

    def append(self, call: Call) -> None:
        super().append(call)
        if call.method == "chat.postMessage":
            self.came(str(call.args["channel"]))

    def came(self, key: str) -> None:
        future = self.waiting.pop(key, None)
        if future and not future.done():
            future.set_result(time.perf_counter())

    def next(self, key: str) -> asyncio.Future[float]:
        self.waiting[key] = future = asyncio.get_running_loop().create_future()
        return future


class Stage:
    """A Slack with a bot in it, and what people do there; all of it on the loop of that Slack."""

    def __init__(self, slack: FakeSlack, certificate: Path | None) -> None:
        self.slack = slack
        self.under_way = 0
        self.began = 0.0
        self._heard = Heard()
        slack._world.calls = self._heard
        courier, people = slack._courier, slack._web.people
        attempt, respond = courier._attempt, people.respond

        async def attempted(delivery: Any) -> str | None:
            self.under_way += 1
            self.began = self.began or time.perf_counter()
            try:
                failed = await attempt(delivery)
                assert failed is None, f"{delivery.name} was not acknowledged: {failed}"
                self._heard.came(f"acknowledged {delivery.payload.get('trigger_id')}")
                return failed
            finally:
                self.under_way -= 1
                if not self.under_way:
                    self._heard.came("quiet")

        def responded(asked: Any, said: Any, way: str = "response_url") -> str | None:
            self._heard.came(f"answered {asked.trigger_id}")
            return respond(asked, said, way)

        self.do(self._keep_connections())
        if certificate:
            self.do(self._serve_tls(certificate))
        courier._attempt = attempted  # type: ignore[method-assign]
        people.respond = responded  # type: ignore[method-assign]
        self.people = [slack.person(f"person-{number}", tz=None) for number in range(AT_ONCE)]
        self.direct = [slack.dm(person) for person in self.people]
        self.channel = slack.channel("talk", self.people)

    def do(self, work: Coroutine[Any, Any, T]) -> T:
        """What comes of work on this Slack's loop."""
        return asyncio.run_coroutine_threadsafe(work, self.slack._loop).result(10 * WAIT_SECONDS)

    async def _serve_tls(self, certificate: Path) -> None:
        """Let the Web API, `response_url`s and sockets be reached by TLS alone, as Slack's are."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        runner = self.slack._runner
        assert runner
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
        self.slack._world.url = f"https://127.0.0.1:{runner.addresses[-1][1]}"

    async def _keep_connections(self) -> None:
        """Deliver by connections that stay open, so that making them does not hide what the two differ in."""
        courier = self.slack._courier
        assert courier._http
        await courier._http.close()
        courier._http = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))

    async def say(self, channel: str, person: str, text: str) -> float:
        """Seconds from sending a message to the arrival of what is posted in its conversation."""
        answered, self.began = self._heard.next(channel), 0.0
        self.slack._people.say(channel, person, text, None)
        return await asyncio.wait_for(answered, WAIT_SECONDS) - self.began

    async def command(self, command: str, *, answered_in: str) -> tuple[float, float]:
        """Seconds from using a slash command to its answer, and to its acknowledgement."""
        self.began = 0.0
        made = self.slack._people.command(self.people[0], self.channel, SAID, command)
        answered = self._heard.next(f"{answered_in} {made.trigger_id}")
        acknowledged = answered
        if answered_in != "acknowledged":
            acknowledged = self._heard.next(f"acknowledged {made.trigger_id}")
        async with asyncio.timeout(WAIT_SECONDS):
            return await answered - self.began, await acknowledged - self.began

    async def settle(self) -> None:
        """Wait until the bot has acknowledged all that it was sent, its own messages too."""
        await asyncio.sleep(0)
        while self.under_way:
            await asyncio.wait_for(self._heard.next("quiet"), WAIT_SECONDS)

    async def one_by_one(self, ask: Callable[[], Awaitable[T]], times: int) -> list[T]:
        took = []
        for _ in range(times):
            took.append(await ask())
            await self.settle()
        return took

    async def many(self) -> float:
        """Seconds for many messages of many people at once, each waiting for the answer to their last."""

        async def talk(person: str, channel: str) -> None:
            for _ in range(MANY // AT_ONCE):
                await self.say(channel, person, SAID)

        began = time.perf_counter()
        await asyncio.gather(*map(talk, self.people, self.direct))
        took = time.perf_counter() - began
        await self.settle()
        return took


@dataclass
class Contender:
    """One of the two: how to start it, and what was measured."""

    name: str
    command: list[str]
    environment: dict[str, str]
    stage: Stage
    port: int
    log: Path
    times: dict[str, list[float]] = field(default_factory=dict)

    def note(self, what: str, *took: float) -> None:
        self.times.setdefault(what, []).extend(took)

    def median(self, what: str) -> float:
        return statistics.median(self.times[what])

    def tenth(self, what: str) -> float:
        """What the quickest tenth does not pass: where the machine has other work, nearer to what is theirs."""
        return statistics.quantiles(self.times[what], n=10)[0]

    @contextlib.contextmanager
    def running(self) -> Iterator[psutil.Process]:
        """It, from the start on; it answers once `ready`."""
        slack = self.stage.slack
        with self.log.open("ab") as log:
            process = subprocess.Popen(self.command, env=self.environment, cwd=ROOT, stdout=log, stderr=log)
        try:
            if self.port:
                slack.wait(lambda: listening(self.port), WAIT_SECONDS)
                slack.deliver_to(f"http://127.0.0.1:{self.port}/slack/events")
                slack.wait(lambda: slack.verified, WAIT_SECONDS)
            else:
                slack.wait(lambda: slack.sockets, WAIT_SECONDS)
            yield psutil.Process(process.pid)
        except BaseException:
            sys.stderr.write(self.log.read_text()[-3000:])
            raise
        finally:
            process.terminate()
            process.wait(WAIT_SECONDS)


def listening(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0


def free_port() -> int:
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def spent(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def make_certificate(file: Path) -> None:
    """A certificate for 127.0.0.1, with its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))


def ours(stage: Stage, folder: Path, *, http: bool) -> Contender:
    slack = stage.slack
    slack.subscriptions = set(subscriptions(minimal=False, several=False))
    slack.grant(scopes(minimal=False))
    port = free_port() if http else 0
    limits = {f"LIMITS__{name}": 1_000_000 for name in ("PERSON", "ROOM")}
    told = environment(folder, **{**settings_for(slack, http=http), "SLACK__PORT": port, **limits})
    command = [str(Path(sys.executable).with_name("hearings")), "slack", "run"]
    return Contender("hearings slack run", command, told, stage, port, folder / "hearings.log")


def bare(stage: Stage, folder: Path, *, http: bool) -> Contender:
    slack = stage.slack
    slack.subscriptions = {"app_mention", "message.im"}
    port = free_port() if http else 0
    told = {
        "BARE_URL": slack.url,
        "BARE_BOT_TOKEN": slack.bot_token,
        "BARE_APP_TOKEN": slack.app_token,
        "BARE_SIGNING_SECRET": slack.signing_secret,
        "BARE_PORT": str(port or ""),
    }
    command = [sys.executable, str(ROOT / "tests" / "bench" / "thin_slack.py")]
    return Contender("bare AsyncApp", command, environment(folder) | told, stage, port, folder / "bare.log")


def measure_start(contender: Contender) -> None:
    began = time.perf_counter()
    with contender.running() as process:
        contender.stage.do(contender.stage.say(contender.stage.direct[0], contender.stage.people[0], SAID))
        contender.note("process start to first answer", time.perf_counter() - began)
        contender.note("resident after the first answer", process.memory_info().rss / 2**20)
        contender.stage.do(contender.stage.settle())


def measure_round(contender: Contender, process: psutil.Process, *, warm: bool) -> None:
    stage = contender.stage
    person, direct, channel = stage.people[0], stage.direct[0], stage.channel
    mention = f"{stage.slack.mention} {SAID}"
    is_bare = contender.name.startswith("bare")
    took = stage.do(stage.one_by_one(lambda: stage.say(direct, person, SAID), ONE_BY_ONE))
    mentions = stage.do(stage.one_by_one(lambda: stage.say(channel, person, mention), ONE_BY_ONE))
    way = "acknowledged" if is_bare else "answered"
    asked = stage.do(stage.one_by_one(lambda: stage.command("/hearings", answered_in=way), ONE_BY_ONE))
    later = asked
    if is_bare:
        later = stage.do(stage.one_by_one(lambda: stage.command("/afterwards", answered_in="answered"), ONE_BY_ONE))
    before, began = spent(process), time.perf_counter()
    many = stage.do(stage.many())
    used = spent(process) - before
    busy = used / (time.perf_counter() - began)
    stage.slack._world.channels[channel].messages.clear()  # a fake that has much to remember is slower
    if warm:
        return
    contender.note(MESSAGE, *took)
    contender.note(MENTION, *mentions)
    contender.note(COMMAND, *(answered for answered, _ in asked))
    contender.note(ACKNOWLEDGED, *(acknowledged for _, acknowledged in later))
    contender.note(LATER, *(answered for answered, _ in later))
    contender.note(RATE, MANY / many)
    contender.note("processor time a message", used / MANY)
    contender.note("busy", busy)


def compare(folder: Path, *, http: bool, tls: bool = True) -> list[str]:
    """Measure and print; the limits that were missed."""
    mode = f"{'events by HTTP' if http else 'events by a socket'}{'' if tls else ', without TLS'}"
    folder.mkdir()
    certificate = folder / "certificate.pem"
    make_certificate(certificate)
    with FakeSlack() as one, FakeSlack() as other, contextlib.ExitStack() as stack:
        stages = [Stage(slack, certificate if tls else None) for slack in (one, other)]
        contenders = [ours(stages[0], folder, http=http), bare(stages[1], folder, http=http)]
        for contender in contenders:
            contender.environment["SSL_CERT_FILE"] = str(certificate)
        for _ in range(STARTS):
            for contender in contenders:
                measure_start(contender)
        processes = [stack.enter_context(contender.running()) for contender in contenders]
        for number in range(ROUNDS + 1):
            for contender, process in zip(contenders, processes, strict=True):
                measure_round(contender, process, warm=number == 0)
        for contender, process in zip(contenders, processes, strict=True):
            contender.note("resident at the end", process.memory_info().rss / 2**20)
    return table(mode, *contenders)


def table(mode: str, mine: Contender, theirs: Contender) -> list[str]:
    missed = []
    print(f"\n{mode:<46}{'hearings':>12}{'bare':>12}{'ratio':>9}{'of tenths':>11}")
    for what in mine.times:
        a, b = mine.median(what), theirs.median(what)
        limit = LIMITS.get(what)
        wrong = limit is not None and (a / b < limit if what == RATE else a / b > limit)
        said = "" if limit is None else f"  at {'least' if what == RATE else 'most'} {limit:g}"
        scale, unit = (1, "") if what == RATE or a > 10 or what == "busy" else (1e3, " ms")
        tenths = mine.tenth(what) / theirs.tenth(what) if len(mine.times[what]) >= ONE_BY_ONE else None
        quick = " " * 11 if tenths is None else f"{tenths:>11.3f}"
        print(
            f"{what:<46}{a * scale:>9.2f}{unit:<3}{b * scale:>9.2f}{unit:<3}{a / b:>9.3f}{quick}{said}{' MISSED' * wrong}"
        )
        if wrong:
            missed.append(f"{mode}: {what}")
    return missed


def main() -> int:
    tls = "--plain" not in sys.argv
    with tempfile.TemporaryDirectory() as name:
        missed = [line for http in (True, False) for line in compare(Path(name) / f"{http}", http=http, tls=tls)]
    for line in missed:
        print(f"limit missed: {line}", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
