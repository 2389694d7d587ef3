"""`make calibrate`: fits the decision whether a question is answered, and prints the table for corpus/answers.py.

Logistic regression by gradient descent, held small, on the sets that are developed on. The likelihood from which a question
counts as answered is the one that gives the best joint score, each tenth of the questions judged by the other nine.
"""

from dataclasses import astuple, fields
from math import exp, sqrt

from corpus.answers import Evidence
from corpus.library import open_document
from tests.eval.sets import DEVELOPED_ON, load

ROUNDS, STEP, HELD_SMALL, FOLDS = 3_000, 0.5, 0.03, 10

Row = tuple[tuple[float, ...], bool, bool]


def fit(rows: list[Row]) -> tuple[float, list[float]]:
    """The constant and the weights."""
    count = len(rows[0][0])
    means = [sum(r[0][i] for r in rows) / len(rows) for i in range(count)]
    spreads = [sqrt(sum((r[0][i] - means[i]) ** 2 for r in rows) / len(rows)) or 1.0 for i in range(count)]
    data = [([(v - m) / s for v, m, s in zip(r[0], means, spreads, strict=True)], float(r[1])) for r in rows]
    constant, weights = 0.0, [0.0] * count
    for _ in range(ROUNDS):
        slope, slopes = 0.0, [0.0] * count
        for values, answered in data:
            error = 1 / (1 + exp(-constant - sum(w * v for w, v in zip(weights, values, strict=True)))) - answered
            slope += error
            for i, value in enumerate(values):
                slopes[i] += error * value
        constant -= STEP * slope / len(data)
        weights = [w - STEP * (g / len(data) + HELD_SMALL * w) for w, g in zip(weights, slopes, strict=True)]
    weights = [w / s for w, s in zip(weights, spreads, strict=True)]
    return constant - sum(w * m for w, m in zip(weights, means, strict=True)), weights


def main() -> None:
    answers = open_document("hearings-2006").answers
    rows: list[Row] = []
    for asked in (a for name in DEVELOPED_ON for a in load(name) if a.kind in {"question", "unanswerable"}):
        evidence, ranked = answers.weigh(asked.text)
        answerable = asked.kind == "question"
        rows.append((astuple(evidence), answerable, answerable and bool({*ranked[:3]} & {*asked.gold})))
    judged: list[tuple[float, Row]] = []
    for fold in range(FOLDS):
        constant, weights = fit([r for i, r in enumerate(rows) if i % FOLDS != fold])
        judged += [
            (1 / (1 + exp(-constant - sum(w * v for w, v in zip(weights, r[0], strict=True)))), r)
            for i, r in enumerate(rows)
            if i % FOLDS == fold
        ]
    for cut in (x / 20 for x in range(4, 17)):
        right = sum(found if p >= cut else not answerable for p, (_, answerable, found) in judged)
        refused = sum(p < cut for p, r in judged if r[1]) / sum(r[1] for r in rows)
        caught = sum(p < cut for p, r in judged if not r[1]) / sum(not r[1] for r in rows)
        print(
            f"likely from {cut:.2f}: joint {right / len(rows):.3f}, wrongly refused {refused:.3f}, rightly refused {caught:.3f}"
        )
    constant, weights = fit(rows)
    print(f"CONSTANT = {constant:.2f}\nWEIGHTS = Evidence(")
    for field, weight in zip(fields(Evidence), weights, strict=True):
        print(f"    {field.name}={weight:.2f},")
    print(")")


if __name__ == "__main__":
    main()
