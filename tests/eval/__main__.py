"""`make eval`: the question files through `hearings ask --json -`, a line of figures a file.

Right at 1 and at 3 count over the questions; refused over those that the document answers and those that it does not; joint is
the share answered by a right paragraph among the three quoted, or rightly refused, over both kinds.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from math import log2
from typing import Any

from tests.eval.sets import DEVELOPED_ON, LOCKED, Asked, load

Reply = dict[str, Any]


def ask(messages: Sequence[str]) -> list[Reply]:
    done = subprocess.run(
        [sys.executable, "-m", "adapters.cli", "ask", "--json", "-"],
        input="".join(" ".join(message.split()) + "\n" for message in messages),
        capture_output=True,
        text=True,
        check=False,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def ndcg(reply: Reply, gold: Sequence[int]) -> float:
    ranking = [*reply["paragraphs"], *reply["also"]][:5]
    best = sum(1 / log2(place + 2) for place in range(min(5, len(gold))))
    return sum((number in gold) / log2(place + 2) for place, number in enumerate(ranking)) / best


def share(values: Sequence[bool | float]) -> str:
    return f"{sum(values) / len(values):.3f} of {len(values)}" if values else "none"


def report(name: str) -> None:
    asked = load(name)
    said: dict[str, list[tuple[Asked, Reply]]] = {}
    for question, reply in zip(asked, ask([a.text for a in asked]), strict=True):
        said.setdefault(question.kind, []).append((question, reply))
    questions, unanswerable = said.get("question", []), said.get("unanswerable", [])
    found = [bool({*r["paragraphs"][:3]} & {*a.gold}) for a, r in questions]
    refused = [not r["answered"] for _, r in unanswerable]
    facts = [all(word.casefold() in r["text"].casefold() for word in a.expect) for a, r in said.get("schedule", [])]
    print(
        f"{name}: joint {share([*found, *refused])}; right at 1 {share([r['paragraphs'][:1] != [] and r['paragraphs'][0] in a.gold for a, r in questions])}, "
        f"at 3 {share(found)}; refused wrongly {share([not r['answered'] for _, r in questions])}, rightly {share(refused)}; "
        f"topics nDCG@5 {share([ndcg(r, a.gold) for a, r in said.get('topic', [])])}; schedule facts {share(facts)}; "
        f"small talk {share([r['kind'] == 'smalltalk' for _, r in said.get('smalltalk', [])])}"
    )


if __name__ == "__main__":
    for each in (*DEVELOPED_ON, LOCKED):
        report(each)
