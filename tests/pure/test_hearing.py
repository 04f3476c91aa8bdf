"""What callers say, matched to their choices; voices and languages as data."""

from __future__ import annotations

from pathlib import Path

import pytest

from hotline.base.errors import ConfigurationError
from ivr import prompts
from ivr.hearing import meant
from tests.support.speech import spoken_file


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Peligro!", "danger"),
        ("NIÑA", "youth"),
        ("nina", "youth"),
        ("ahora   mismo", "danger"),
        ("mismo ahora", None),
        ("peligrosamente", None),
        ("", None),
        (None, None),
    ],
)
def test_whole_words_are_found_without_accents_or_case(said: str | None, expected: str | None) -> None:
    assert meant(said, {"danger": ["peligro", "ahora mismo"], "youth": ["niña"]}) == expected


def test_the_first_choice_named_wins_whatever_is_said_first() -> None:
    assert meant("teacher, danger", {"danger": ["danger"], "mandated": ["teacher"]}) == "danger"


def test_another_language_is_a_file_and_nothing_else(tmp_path: Path) -> None:
    for name in ("en", "es"):
        spoken_file(tmp_path, name)
    vietnamese = (tmp_path / "en.toml").read_text(encoding="utf-8")
    for old, new in (("Polly.Joanna-Neural", "Google.vi-VN-Standard-A"), ("en-US", "vi-VN")):
        vietnamese = vietnamese.replace(old, new)
    (tmp_path / "vi.toml").write_text(vietnamese, encoding="utf-8")
    loaded = prompts.load(tmp_path)
    assert loaded.languages == ("en", "es", "vi")
    assert loaded.listening("vi").language == "vi-VN"


def test_a_language_must_fill_in_what_english_fills_in(tmp_path: Path) -> None:
    spoken_file(tmp_path, "en")
    spoken_file(tmp_path, "es", **{"{position}": "{place}"})
    with pytest.raises(ConfigurationError, match=r"es\.toml.*braces.*position"):
        prompts.load(tmp_path)


def test_a_language_must_understand_every_choice(tmp_path: Path) -> None:
    spoken_file(tmp_path, "en")
    spoken_file(tmp_path, "es", **{"mandated = [": "obliged = ["})
    with pytest.raises(ConfigurationError, match=r"es\.toml.*mandated"):
        prompts.load(tmp_path)


def test_every_listed_voice_is_one_of_the_phone_companys_kinds() -> None:
    listed = prompts.voices()
    assert {"en-US", "es-US", "vi-VN"} <= set(listed)
    for language, names in listed.items():
        assert language.count("-") == 1
        assert names
        for name in names:
            maker, _, rest = name.partition(".")
            assert maker in ("Polly", "Google") and rest
            if maker == "Google":
                assert language in name


def test_no_word_means_two_lanes_in_one_language() -> None:
    loaded = prompts.load()
    for language in loaded.languages:
        lanes = {
            lane: set(loaded.heard(language, lane)) for lane in ("danger", "youth", "mandated", "general")
        }
        assert sum(map(len, lanes.values())) == len(set().union(*lanes.values()))
