"""`make bench`: speed and memory, side by side in one run, with the limits that they are held to.

Starts are medians of interleaved runs of whole processes; the ratio of the medians is what counts, since the machine's
other work moves both. Exit status 1 where a limit is passed.
"""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

from bot.answering import decide
from bot.commands.command import Facts
from bot.render import render_plain
from bot.understanding import understand
from corpus.answers import Answers
from corpus.library import open_document
from corpus.meaning import missing

ROOT = Path(__file__).parents[2]
STARTS = 21
ROUNDS = 2_000
QUESTION = "how much does it cost to send money home?"
#: Questions about the day that take different ways through the understanding.
OF_THE_DAY = (
    "schedule",
    "what was on at 11:20",
    "between 2 and 4",
    "16:30 Geneva time",
    "who opened",
    "how long was lunch",
    "when did they discuss remittances",
    "what did segment 2 say",
)


def start(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began


def starts() -> tuple[float, float]:
    hearings = str(Path(sys.executable).with_name("hearings"))
    bare = [sys.executable, str(ROOT / "tests" / "bench" / "bare.py"), "para 32"]
    ours, theirs = [], []
    for _ in range(STARTS):
        theirs.append(start(bare))
        ours.append(start([hearings, "ask", "para 32"]))
    return statistics.median(ours), statistics.median(theirs)


def p50(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    act()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def resident_of_stream() -> float:
    """Resident megabytes of `ask --json -` after a paragraph, a topic, a search and a question."""
    command = [str(Path(sys.executable).with_name("hearings")), "ask", "--json", "-"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout
        for message in (
            "para 32",
            "topic remittances",
            "search remitances",
            QUESTION,
        ):
            process.stdin.write(message + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["answered"]
        resident: float = psutil.Process(process.pid).memory_info().rss / 2**20
        process.stdin.close()
    return resident


def resident_of_chat() -> float:
    """Resident megabytes of `chat` in a terminal after the same messages."""
    import pexpect

    child = pexpect.spawn(
        str(Path(sys.executable).with_name("hearings")), ["chat"], cwd=str(ROOT), dimensions=(40, 100), timeout=30
    )
    child.expect("Ctrl-D leaves")
    for message, last_words in (
        ("para 32", "cite 32"),
        ("topic remittances", "in full"),
        ("search remitances", "showing results"),
        (QUESTION, "compare 32 13"),
    ):
        child.send(message + "\r")
        child.expect(last_words)
    resident = psutil.Process(child.pid).memory_info().rss / 2**20
    child.sendeof()
    while child.expect([pexpect.EOF, pexpect.TIMEOUT], timeout=1):
        child.sendeof()  # the first may come before the next prompt
    child.close()
    return resident


def main() -> int:
    document = open_document("hearings-2006")
    facts = Facts(document)

    def answer(message: str) -> Callable[[], object]:
        def act() -> object:
            request = understand(message, document)
            assert request
            return render_plain(decide(request, facts))

        return act

    by_meaning = "" if missing() else ", with the model"
    by_words = Answers(document, lambda: None)
    ours, theirs = starts()
    rows = [
        (
            "hearings ask “para 32”, start to exit, against a bare script",
            ours / theirs,
            3.0,
            "times",
            f"{ours * 1e3:.0f} ms to {theirs * 1e3:.0f} ms",
        ),
        ("para 32 in a running process, p50", p50(answer("para 32")) * 1e6, 50, "µs", ""),
        ("search in a running process, p50", p50(answer("search trade unions")) * 1e3, 1, "ms", ""),
        ("search with a typo, p50", p50(answer("search remitances")) * 1e3, 1, "ms", ""),
        ("topic in a running process, p50", p50(answer("topic remittances")) * 1e3, 1, "ms", ""),
        ("schedule question, p50", p50(answer("when is segment 3?")) * 1e3, 1, "ms", ""),
        (
            "schedule, the slowest of its questions, p50",
            max(p50(answer(q), 300) for q in OF_THE_DAY) * 1e3,
            1,
            "ms",
            "",
        ),
        (
            f"question in a running process{by_meaning}, p50",
            p50(answer(QUESTION), 300) * 1e3,
            20 if by_meaning else 5,
            "ms",
            "",
        ),
        (
            "which paragraphs answer it, by words alone, p50",
            p50(lambda: by_words.answer(QUESTION), 300) * 1e3,
            5,
            "ms",
            "",
        ),
        (f"ask --json -{by_meaning}, resident", resident_of_stream(), 250 if by_meaning else 45, "MiB", ""),
        (f"chat{by_meaning}, resident", resident_of_chat(), 250 if by_meaning else 75, "MiB", ""),
    ]
    failed = False
    print(f"{'what':<64}{'measured':>10}{'at most':>9}")
    for what, measured, limit, unit, note in rows:
        over = measured > limit
        failed |= over
        print(
            f"{what:<64}{measured:>10.2f}{limit:>9g} {unit}{'  OVER' if over else ''}{'  (' + note + ')' if note else ''}"
        )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
