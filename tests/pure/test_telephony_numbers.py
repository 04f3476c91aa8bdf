"""Callers' numbers, as badly as networks deliver them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hotline.telephony.numbers import MAX_RAW, classify, same_number


@pytest.mark.parametrize(
    "text", ["+16615550142", "6615550142", "(661) 555-0142", "٦٦١٥٥٥٠١٤٢", "sip:+16615550142@carrier.test"]
)
def test_spellings_of_one_number_are_one_number(text: str) -> None:
    number = classify(text)
    assert (number.kind, number.e164) == ("number", "+16615550142")


@pytest.mark.parametrize(
    ("text", "e164"), [("+525512345678", "+525512345678"), ("+14165550123", "+14165550123")]
)
def test_a_number_of_another_country_is_foreign(text: str, e164: str) -> None:
    number = classify(text)
    assert (number.kind, number.e164) == ("foreign", e164)


@pytest.mark.parametrize(
    "text",
    [
        "anonymous",
        "Restricted",
        "UNKNOWN",
        "Unavailable",
        "+266696687",
        "266696687",
        "+7378742833",
        "+2562533",
        "+8656696",
        "+86282452253",
        "",
        "   ",
        None,
        "sip:anonymous@anonymous.invalid",
    ],
)
def test_a_withheld_number_is_nobodys(text: str | None) -> None:
    number = classify(text)
    assert (number.kind, number.e164, number.raw) == ("withheld", None, None)


@pytest.mark.parametrize(
    "text", ["client:abc", "sip:alice@example.test", "911", "+1911", "+16610000000", "abc", "+5215512345678"]
)
def test_what_names_no_telephone_is_malformed_and_kept_as_it_came(text: str) -> None:
    number = classify(text)
    assert (number.kind, number.e164, number.raw) == ("malformed", None, text)


def test_a_huge_malformed_number_is_cut() -> None:
    assert len(classify("x" * 100_000).raw or "") == MAX_RAW


def test_a_number_never_shows_itself() -> None:
    assert "5550142" not in repr(classify("+16615550142"))


@given(st.text())
def test_anything_is_one_of_the_four_kinds(text: str) -> None:
    number = classify(text)
    assert number.kind in {"number", "foreign", "withheld", "malformed"}
    assert (number.e164 is not None) == (number.kind in {"number", "foreign"})
    assert "\x00" not in (number.raw or "")


def test_two_spellings_of_a_line_are_the_same() -> None:
    assert same_number("+16615550100", "(661) 555-0100")
    assert not same_number("anonymous", "anonymous")
