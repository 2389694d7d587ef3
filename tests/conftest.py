from pathlib import Path

import pytest

from corpus.document import Document
from corpus.library import open_document

DOCUMENTS = Path(__file__).parent / "corpus" / "documents"


@pytest.fixture(scope="session")
def document() -> Document:
    return open_document("hearings-2006")


@pytest.fixture(scope="session")
def harbours() -> Document:
    return open_document(DOCUMENTS / "harbours")


@pytest.fixture(scope="session")
def valleys() -> Document:
    return open_document(DOCUMENTS / "valleys")
