"""`make eval`: the question files through `hearings ask --json -`, beside simpler ways on the same questions in the same run.

Right at 1 and 3 and MRR (the mean of one over the place of the first right paragraph, 0 where refused) count over the questions;
refused over those that the document answers and those that it does not; joint is the share answered by a right paragraph among
the three quoted, or rightly refused, over both kinds. Behind a share stands half of its 95 % interval (Wilson). A question is
timed from its line to its answer's, in a process that does nothing else. With names of sets, only these are asked: `python -m tests.eval questions fresh`.

The simpler ways rank whole paragraphs (the embedding: each by its likest sentence) and refuse under the score that gives the
best joint on the sets that are developed on, which flatters them there; their right at 1 and 3 and MRR are before that. What needs the model is left out where it is missing.
"""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from math import log2, sqrt
from pathlib import Path
from typing import Any

import psutil
from rapidfuzz.fuzz import token_set_ratio

from corpus.document import Document
from corpus.library import open_document
from corpus.meaning import installed, vectors_beside
from corpus.words import stems
from tests.eval.sets import DEVELOPED_ON, LOCKED, Asked, load

DOCUMENT = "hearings-2006"
KINDS = {"question", "unanswerable", "topic"}
#: What a process runs that is to answer without the model, wherever it is installed.
WITHOUT_MODEL = "import corpus.meaning as m, adapters.cli as c; m.PACKAGES = ('left_out',); c.main()"
WITH_MODEL = "import adapters.cli as c; c.main()"

Reply = dict[str, Any]


@dataclass
class Way:
    """A way to answer, and what it said: by set, each message with the paragraphs in order and whether it was answered."""

    name: str
    said: dict[str, list[tuple[Asked, list[int], bool]]] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    processor: float = 0.0  # seconds of it a message
    resident: float = 0.0
    start: float = 0.0
    others: dict[str, str] = field(default_factory=dict)
    quotes_always: bool = False


def hearings(name: str, program: str, document: str, sets: Sequence[str]) -> Way:
    """The bot itself, in a process of its own."""
    way = Way(name)
    began = time.perf_counter()
    command = [sys.executable, "-c", program, "ask", "--json", "--document", document, "-"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin
        assert process.stdout

        def ask(message: str) -> Reply:
            assert process.stdin
            assert process.stdout
            process.stdin.write(" ".join(message.split()) + "\n")
            process.stdin.flush()
            reply: Reply = json.loads(process.stdout.readline())
            return reply

        ask("how much does it cost to send money home?")
        way.start = time.perf_counter() - began
        worked, count = sum(psutil.Process(process.pid).cpu_times()[:2]), sum(len(load(each)) for each in sets)
        for each in sets:
            rows, facts, talk = way.said.setdefault(each, []), [], []
            for asked in load(each):
                began = time.perf_counter()
                reply = ask(asked.text)
                if asked.kind in KINDS:
                    way.times.append(time.perf_counter() - began)
                    further = reply["also"] if asked.kind == "topic" else []
                    rows.append((asked, [*reply["paragraphs"], *further], reply["answered"]))
                elif asked.kind == "schedule":
                    facts.append(all(word.casefold() in reply["text"].casefold() for word in asked.expect))
                else:
                    talk.append(reply["kind"] == "smalltalk")
            if facts or talk:
                way.others[each] = f"schedule facts {share(facts)}, small talk {share(talk)}"
        way.processor = (sum(psutil.Process(process.pid).cpu_times()[:2]) - worked) / count
        way.resident = psutil.Process(process.pid).memory_info().rss / 2**20
        process.stdin.close()
    return way


def simple(name: str, scores: Callable[[str], dict[int, float]], sets: Sequence[str]) -> Way:
    """A way that ranks by a score and refuses under one."""
    way = Way(name)
    scored: dict[str, list[tuple[Asked, list[int], float]]] = {}
    for each in {**dict.fromkeys(DEVELOPED_ON), **dict.fromkeys(sets)}:
        scored[each] = []
        for asked in (a for a in load(each) if a.kind in KINDS):
            began = time.perf_counter()
            score = scores(asked.text)
            ranked = sorted(score, key=lambda number: (-score[number], number))
            if each in sets:
                way.times.append(time.perf_counter() - began)
            scored[each].append((asked, ranked, score[ranked[0]] if ranked else 0.0))
    tried = [row for each in DEVELOPED_ON for row in scored[each] if row[0].kind != "topic"]

    def joint(cut: float) -> int:
        return sum(
            (top >= cut and right(asked, ranked)) if asked.kind == "question" else top < cut
            for asked, ranked, top in tried
        )

    cut = max(sorted({top for _, _, top in tried}), key=joint)
    way.said = {each: [(a, ranked, top >= cut) for a, ranked, top in scored[each]] for each in sets}
    way.quotes_always = True
    return way


def right(asked: Asked, ranked: Sequence[int], places: int = 3) -> bool:
    return bool({*ranked[:places]} & {*asked.gold})


def ndcg(asked: Asked, ranked: Sequence[int]) -> float:
    best = sum(1 / log2(place + 2) for place in range(min(5, len(asked.gold))))
    return sum((number in asked.gold) / log2(place + 2) for place, number in enumerate(ranked[:5])) / best


def share(values: Sequence[bool | float]) -> str:
    """A mean and half of its 95 % interval, Wilson's for shares and the normal one for means."""
    if not values:
        return "–"
    count, mean, z = len(values), sum(values) / len(values), 1.96
    if set(values) <= {0, 1}:
        half = z / (1 + z * z / count) * sqrt(mean * (1 - mean) / count + z * z / (4 * count * count))
    else:
        half = z * statistics.pstdev(values) / sqrt(count)
    return f"{mean:.3f} ±{half:.2f}"


def row(rows: Sequence[tuple[Asked, list[int], bool]], *, quotes_always: bool) -> list[str]:
    answered = [yes and right(a, ranked) for a, ranked, yes in rows if a.kind == "question"]
    questions = [(a, ranked if yes or quotes_always else []) for a, ranked, yes in rows if a.kind == "question"]
    unanswerable = [not answered for a, _, answered in rows if a.kind == "unanswerable"]
    topics = [(a, ranked) for a, ranked, _ in rows if a.kind == "topic"]
    found = [right(a, ranked) for a, ranked in questions]
    places = [next((1 / (i + 1) for i, n in enumerate(ranked) if n in a.gold), 0.0) for a, ranked in questions]
    return [
        share([*answered, *unanswerable]),
        share([right(a, ranked, 1) for a, ranked in questions]),
        share(found),
        f"{statistics.mean(places):.3f}" if places else "–",
        share([not answered for a, _, answered in rows if a.kind == "question"]),
        share(unanswerable),
        f"{statistics.mean(ndcg(a, r) for a, r in topics):.3f}" if topics else "–",
        f"{statistics.mean(len({*r[:5]} & {*a.gold}) / min(5, len(a.gold)) for a, r in topics):.3f}" if topics else "–",
    ]


def by_sentences(document: Document) -> Callable[[str], dict[int, float]]:
    """The embedding alone: a paragraph is as like as its likest sentence."""
    model = installed()
    assert model
    texts = [(p.number, sentence) for p in document.paragraphs for sentence in document.sentences(p.number)]
    vectors = vectors_beside(None, [text for _, text in texts], model)

    def scores(question: str) -> dict[int, float]:
        found: dict[int, float] = defaultdict(lambda: -1.0)
        for (number, _), cosine in zip(texts, vectors @ model.vectors([question])[0], strict=True):
            found[number] = max(found[number], float(cosine))
        return found

    return scores


@contextmanager
def without_keys() -> Iterator[str]:
    """The document's folder without what its editor wrote for questions."""
    folder = open_document(DOCUMENT).folder
    assert folder
    with tempfile.TemporaryDirectory() as place:
        copy = Path(place) / DOCUMENT
        shutil.copytree(folder, copy)
        for name in ("keys.yaml", "silences.yaml"):
            (copy / name).unlink()
        yield str(copy)


def main(sets: Sequence[str]) -> None:
    document = open_document(DOCUMENT)
    ways = [hearings("words and keys", WITHOUT_MODEL, DOCUMENT, sets)]
    if installed():
        ways.append(hearings("words, keys and meaning", WITH_MODEL, DOCUMENT, sets))
    with without_keys() as bare:
        ways.append(hearings("words, keys away", WITHOUT_MODEL, bare, sets))
        if installed():
            ways.append(hearings("words and meaning, keys away", WITH_MODEL, bare, sets))
    texts = {p.number: p.text for p in document.paragraphs}
    ways.append(simple("rapidfuzz alone", lambda q: {n: token_set_ratio(q, t) for n, t in texts.items()}, sets))
    ways.append(simple("BM25 alone", lambda q: document.search.index.scores(stems(q)), sets))
    if installed():
        ways.append(simple("embedding alone", by_sentences(document), sets))
    print("| set | way | joint | right at 1 | at 3 | MRR | refused wrongly | rightly | topics nDCG@5 | recall@5 |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for each in sets:
        print(
            "\n".join(
                f"| {each} | {way.name} | " + " | ".join(row(way.said[each], quotes_always=way.quotes_always)) + " |"
                for way in ways
            )
        )
    for way in ways:
        times = sorted(way.times)
        print(f"{way.name}: a question {statistics.median(times) * 1e3:.1f} ms at the median, ", end="")
        print(f"{times[int(len(times) * 0.99)] * 1e3:.1f} ms at the 99th percentile", end="")
        if way.resident:
            print(f", of the processor's time {way.processor * 1e3:.1f} ms at the mean", end="")
        print(f"; first answer after {way.start:.2f} s, {way.resident:.0f} MiB" if way.resident else "")
        for each, said in way.others.items():
            if way is ways[0]:
                print(f"  {each}: {said}")


if __name__ == "__main__":
    main(sys.argv[1:] or [*DEVELOPED_ON, LOCKED])
