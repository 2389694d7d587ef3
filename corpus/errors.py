"""What can be wrong with a document. Every message says what was found, what was expected and what to do."""


class CorpusError(Exception):
    """The root of this folder's errors."""


class DocumentUnreadable(CorpusError):
    """A document's folder or one of its files cannot be opened, decoded or understood."""


class Unplaced(CorpusError):
    """A line of the text that the reader can neither place nor drop.

    Attributes:
        line: Its number in the source, from 1.
        text: The line as it stands, without the blanks round it.
    """

    def __init__(self, line: int, text: str, expected: str) -> None:
        self.line = line
        self.text = text
        self.expected = expected
        shown = text if len(text) <= 60 else f"{text[:57]}…"
        super().__init__(f"line {line}: found “{shown}”, expected {expected}")


class ParagraphNotFound(CorpusError):
    """The document has no paragraph of this number; the message gives the valid range."""

    def __init__(self, number: int, first: int, last: int) -> None:
        self.number = number
        super().__init__(f"there is no paragraph {number}; the document has paragraphs {first} to {last}")
