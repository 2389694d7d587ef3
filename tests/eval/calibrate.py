"""`make calibrate`: fits the decision whether a question is answered, and prints the tables for corpus/answers.py.

Logistic regression by gradient descent, held small, on the sets that are developed on: by words alone, and by meaning too
where its model is installed. Each is judged twice, every question by weights fitted without it: each tenth of the questions
by the other nine, and each set by the other sets, which is nearer to questions that nobody has seen.
"""

from collections.abc import Iterable
from dataclasses import astuple, fields

import numpy as np

from corpus.answers import Answers, Evidence
from corpus.library import open_document
from corpus.meaning import installed
from tests.eval.sets import DEVELOPED_ON, load

ROUNDS, STEP, HELD_SMALL, FOLDS = 3_000, 0.5, 0.02, 10

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def fit(evidence: Array, answered: Array) -> tuple[float, Array]:
    """The constant and the weights."""
    means, spreads = evidence.mean(axis=0), evidence.std(axis=0)
    spreads[spreads == 0] = 1.0
    data = (evidence - means) / spreads
    constant, weights = 0.0, np.zeros(data.shape[1])
    for _ in range(ROUNDS):
        error = likely(data, constant, weights) - answered
        constant -= STEP * float(error.mean())
        weights = weights - STEP * (data.T @ error / len(data) + HELD_SMALL * weights)
    weights /= spreads
    return constant - float(weights @ means), weights


def likely(evidence: Array, constant: float, weights: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-constant - evidence @ weights)))


def judged(evidence: Array, answered: Array, groups: Iterable[object]) -> Array:
    """How likely each question is answered, by weights fitted on the other groups."""
    of = np.array([str(group) for group in groups])
    found = np.zeros(len(evidence))
    for group in set(of):
        out = of == group
        found[out] = likely(evidence[out], *fit(evidence[~out], answered[~out]))
    return found


def calibrate(name: str, answers: Answers) -> None:
    asked = [(s, a) for s in DEVELOPED_ON for a in load(s) if a.kind in {"question", "unanswerable"}]
    weighed = [answers.weigh(a.text) for _, a in asked]
    evidence = np.array([astuple(e) for e, _ in weighed])
    answered = np.array([float(a.kind == "question") for _, a in asked])
    right = np.array([bool({*ranked[:3]} & {*a.gold}) for (_, a), (_, ranked) in zip(asked, weighed, strict=True)])
    first = [ranked[0] in a.gold for (_, a), (_, ranked) in zip(asked, weighed, strict=True) if a.kind == "question"]
    print(f"{name}: right at 1 {np.mean(first):.3f}, at 3 {right[answered == 1].mean():.3f}, before the decision")
    for how, groups in (("ten-fold", [i % FOLDS for i in range(len(asked))]), ("set by set", [s for s, _ in asked])):
        found = judged(evidence, answered, groups)
        for cut in (0.4, 0.45, 0.5, 0.55, 0.6):
            yes = found >= cut
            joint = np.where(answered == 1, yes & right, ~yes).mean()
            print(
                f"  {how}, likely from {cut:.2f}: joint {joint:.3f}, wrongly refused {(~yes[answered == 1]).mean():.3f}, "
                f"rightly refused {(~yes[answered == 0]).mean():.3f}"
            )
    constant, weights = fit(evidence, answered)
    print(f"{name} = Decision(\n    constant={constant:.2f},\n    weights=Evidence(")
    for field, weight in zip(fields(Evidence), weights, strict=True):
        if weight:
            print(f"        {field.name}={weight:.2f},")
    print("    ),\n    likely=…,  # chosen from the lines above\n)")


if __name__ == "__main__":
    opened = open_document("hearings-2006")
    calibrate("BY_WORDS", Answers(opened, lambda: None))
    if installed():
        calibrate("BY_MEANING", Answers(opened))
