"""Topics by any of their names, in any order, mistyped; and the sentences that say most about one."""

import pytest

from corpus.document import Document
from corpus.topics import LEANING, Topic, Topics, telling_sentences


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("remittances", "remittances"),
        ("Remittances!", "remittances"),
        ("sending money home", "remittances"),
        ("home money sending", "remittances"),
        ("the sending of money home", "remittances"),
        ("NGOs", "civil society"),
        ("non-governmental organisations", "civil society"),
        ("brain drain", "highly skilled migration"),
        ("workers, domestic", "domestic workers"),
        ("trade union", "trade unions"),
        ("woman", "migrant women"),
        ("human trafficking", "trafficking in persons"),
        ("people trafficking", "trafficking in persons"),
    ],
)
def test_a_topic_is_found_by_synonym_in_any_order_and_form(document: Document, phrase: str, name: str) -> None:
    found = document.topics.find(phrase)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("remitances", "remittances"),
        ("remittences", "remittances"),
        ("REMITANCES", "remittances"),
        ("sending mony home", "sending money home"),
        ("integraton", "integration"),
        ("cooperaton with the private sector", "cooperation with the private sector"),
        ("brian drain", "brain drain"),
        ("traficking", "trafficking"),
        ("trade unoins", "trade unions"),
        ("domestic wrokers", "domestic workers"),
        ("minrs", "minors"),
        ("childern", "children"),
        ("reseach", "research"),
        ("xenophbia", "xenophobia"),
        ("microfinace", "microfinance"),
    ],
)
def test_a_topic_is_found_though_mistyped(document: Document, typed: str, meant: str) -> None:
    expected = document.topics.find(meant)
    assert document.topics.find(typed) == expected


def test_every_topic_is_found_by_its_name_in_any_order(document: Document) -> None:
    for topic in document.topics.topics:
        assert document.topics.find(topic.name) is topic
        assert document.topics.find(" ".join(reversed(topic.name.split()))) is topic


def test_every_name_finds_a_topic_that_lists_it(document: Document) -> None:
    astray = {
        f"{name} -> {found.name if found else None}"
        for topic in document.topics.topics
        for name in topic.words
        if (found := document.topics.find(name)) is None
        or name.casefold() not in {other.casefold() for other in (found.name, *found.words)}
    }
    assert astray == set()


def test_developed_countries_are_no_developing_countries(document: Document) -> None:
    developed, developing = document.topics.find("developed countries"), document.topics.find("developing countries")
    assert developed != developing


@pytest.mark.parametrize(
    "phrase", ["", " ", "!!!", "the", "of the", "xylophones", "Chile", "Wales", "Holland", "Peru", "1997"]
)
def test_what_is_no_topic_finds_none(document: Document, phrase: str) -> None:
    assert document.topics.find(phrase) is None


def test_a_name_goes_before_another_topics_synonym() -> None:
    money, costs = Topic("money", ("costs",), (1,)), Topic("costs", ("prices",), (2,))
    topics = Topics((money, costs))
    assert topics.find("cost") is costs
    assert (len(topics), topics.find("price"), topics.find("nothing")) == (2, costs, None)


def test_a_document_without_topics_has_an_empty_list(harbours: Document) -> None:
    assert len(harbours.topics) == 0
    assert harbours.topics.find("dues") is None


# -- telling sentences


def test_telling_sentences_are_verbatim_and_of_different_paragraphs_in_the_topics_order(document: Document) -> None:
    for topic in document.topics.topics:
        extracts = telling_sentences(document, topic.paragraphs, topic.stems, 6)
        numbers = [extract.number for extract in extracts]
        assert extracts
        assert len(numbers) <= 6
        assert numbers == [number for number in topic.paragraphs if number in numbers]
        for extract in extracts:
            sentences = document.sentences(extract.number)
            assert 0 <= extract.start < extract.end <= len(sentences)
            quoted = " ".join(sentences[extract.start : extract.end])
            assert "".join(quoted.split()) in "".join(document.source.replace("report1", "report").split())


def test_a_topic_of_many_paragraphs_gives_three_sentences_or_more(document: Document) -> None:
    few = {
        topic.name
        for topic in document.topics.topics
        if len(topic.paragraphs) >= 4 and len(telling_sentences(document, topic.paragraphs, topic.stems)) < 3
    }
    assert few == set()


def test_an_extract_never_begins_with_a_sentence_that_leans_on_the_one_before(document: Document) -> None:
    for topic in document.topics.topics:
        for extract in telling_sentences(document, topic.paragraphs, topic.stems):
            first = document.sentences(extract.number)[extract.start]
            assert extract.start == 0 or extract.end - extract.start == 3 or not LEANING.match(first)


def test_a_sentence_that_repeats_an_earlier_one_is_left_out(document: Document) -> None:
    assert document.sentences(21)[1].startswith("The importance of more timely and accurate data about migrant flows")
    terms = frozenset(["time", "accur", "data", "flow"])
    assert [extract.number for extract in telling_sentences(document, [21, 61], terms)] == [21]


@pytest.mark.parametrize(
    ("paragraphs", "terms", "most", "numbers"),
    [
        ([], {"remitt"}, 5, []),
        ([1, 2], {"remitt"}, 5, []),
        ([32, 13, 57], {"remitt"}, 2, [32, 13]),
        ([57, 32], {"remitt"}, 5, [57, 32]),
        ([32], set[str](), 5, []),
    ],
)
def test_telling_sentences_keep_the_order_and_the_measure_given(
    document: Document, paragraphs: list[int], terms: set[str], most: int, numbers: list[int]
) -> None:
    assert [e.number for e in telling_sentences(document, paragraphs, frozenset(terms), most)] == numbers
