"""A PDF of whatever people type: it never fails, it loses no sign unseen, and lines keep their order."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

from hypothesis import example, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from hotline.printing.document import Document, Line, Part
from hotline.printing.lettering import MISSING, ordered, reads_from_the_right, shown
from hotline.printing.pdf import pdf

AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
LATIN = frozenset(range(0x20, 0x17F)) | {ord(MISSING)}
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=120)


def a_document(*texts: str, title: str = "KERN-000001") -> Document:
    lines = tuple(Line(text, text) for text in texts)
    return Document(
        title=title,
        language="en",
        mark="Confidential",
        foot="Keep it.",
        page_words="Page {page} of {pages}",
        unshown_words="{count} signs missing",
        parts=(Part("Part", lines, texts), Part("Small", lines, small=True)),
    )


def text_of(document: Document) -> list[str]:
    return [page.extract_text() for page in PdfReader(BytesIO(pdf(document, AT))).pages]


ODD = [
    "\x00\ud800\u202e\u200b\ufeff",
    "ñ\u0303" * 60,
    "\u00ad" * 40,
    "a\u00adb" * 200,
    "\ufdfa" * 30,
    "👩‍👩‍👧" * 30,
    "{nb}{page}%(x)s",
    "\\(\r\n)\t\x0b\x0c\x85",
    "الطفل 3 (وحده) a",
    "\u2067\u2069\u05d0" * 20,
    " " * 300,
    "\u00a0" * 300,
    "",
]


# Setting one document takes long, a few texts more do not: few examples of many texts.
@settings(max_examples=6)
@given(st.lists(ANYTHING, max_size=15))
@example(ODD)
def test_no_text_makes_it_fail(texts: list[str]) -> None:
    assert pdf(a_document(*texts, title=(texts or [""])[0]), AT).startswith(b"%PDF-")


@given(ANYTHING)
def test_what_can_be_shown_stays_and_what_cannot_is_counted(text: str) -> None:
    found, missing = shown(text, LATIN)
    assert found.count(MISSING) >= missing
    assert all(ord(one) in LATIN or one == "\n" for one in found)


@given(st.text(st.characters(codec="latin-1", exclude_categories=("Cc", "Cf", "Zs")), max_size=50))
def test_latin_text_is_printed_as_it_is(text: str) -> None:
    assert shown(text, LATIN) == (text, 0)


def test_pages_are_counted_and_carry_the_mark_and_the_reference() -> None:
    pages = text_of(a_document("word " * 2000))
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert "Confidential" in page and "KERN-000001" in page
        assert f"Page {number} of {len(pages)}" in page


def test_all_words_of_a_long_text_are_there_in_their_order() -> None:
    words = [f"w{number}x" for number in range(3000)]
    document = a_document()
    told = Document(**{**vars(document), "parts": (Part("Story", (Line("Told", " ".join(words)),)),)})
    found = [word for page in text_of(told) for word in page.split() if word in set(words)]
    assert found == words


def test_accents_in_two_pieces_and_names_of_many_scripts_are_shown() -> None:
    (page,) = text_of(a_document("Nu\u0301n\u0303ez, Nguyễn, Ольга, Ελένη"))
    assert "Núñez, Nguyễn, Ольга, Ελένη" in page
    assert "missing" not in page


def test_a_line_that_is_read_from_the_right_is_set_from_the_right() -> None:
    assert reads_from_the_right("שלום 12") and not reads_from_the_right("12 Main שלום")
    assert ordered("אבג 12", from_the_right=True) == "12 גבא"
    assert ordered("Main אבג", from_the_right=False) == "Main גבא"
    assert ordered("Main 12", from_the_right=False) == "Main 12"
