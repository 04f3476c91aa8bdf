"""Words and documents of the line, without a line."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from hotline.base.errors import ConfigurationError
from hotline.telephony.links import Links
from ivr import prompts
from ivr.twiml import connect, fallback, greeting, waiting
from ivr.twiml.waiting import Place
from tests.support.speech import spoken_file

LINKS = Links("https://voice.example.test")
PROMPTS = prompts.load()
VOICES = {"en-US": "Polly.Joanna-Neural", "es-US": "Polly.Lupe-Neural"}
SLOW_READING = 13.0
"""Characters per second of a slow reading voice."""


def parsed(document: str) -> Element:
    return ElementTree.fromstring(document)


def everything() -> list[str]:
    return [
        greeting.greeting(PROMPTS, LINKS, ["en", "es"]),
        *(greeting.menu(PROMPTS, LINKS, language) for language in ("en", "es")),
        waiting.enqueue(PROMPTS, LINKS, "es", notice=True),
        *(
            waiting.waiting(PROMPTS, LINKS, language, place)
            for language in ("en", "es")
            for place in (
                Place("danger"),
                Place("youth", round=2, position=7, expected=100, callback=True),
                Place("general", closed=True, nobody_speaks=True, callback=True),
                Place("mandated", returned=True, expected=7200),
            )
        ),
        connect.caller_room(PROMPTS, LINKS, "en", "room-0"),
        connect.moment(PROMPTS, LINKS, "en"),
        connect.goodbye(PROMPTS, "es"),
        fallback.hold(PROMPTS, LINKS, "es", tries=4, backups=["+16615550190"]),
        fallback.hold(PROMPTS, LINKS, "es"),
    ]


def test_every_sentence_has_a_voice_that_speaks_its_language() -> None:
    for document in everything():
        for say in parsed(document).iter("Say"):
            assert VOICES[say.get("language") or ""] == say.get("voice")
            assert len(say.text or "") < 4096


def test_every_address_is_absolute_and_ours() -> None:
    names = {"action", "waitUrl", "statusCallback"}
    for document in everything():
        for element in parsed(document).iter():
            addresses = [value for name, value in element.attrib.items() if name in names]
            addresses += [element.text or ""] if element.tag == "Redirect" else []
            assert all(address.startswith("https://voice.example.test/voice/") for address in addresses)


def test_query_keys_stand_in_alphabetical_order() -> None:
    url = LINKS.to("incoming", tries=2, language="es", lane=None, asked="yes")
    assert url == "https://voice.example.test/voice/incoming?asked=yes&language=es&tries=2"


@pytest.mark.parametrize("languages", [["en", "es"], ["es", "en"], ["es"]])
def test_the_first_choice_comes_within_ten_seconds(languages: list[str]) -> None:
    said = [say.text or "" for say in parsed(greeting.greeting(PROMPTS, LINKS, languages)).iter("Say")]
    assert "911" in said[0]
    assert len(" ".join(said[:2])) / SLOW_READING <= 10


def test_a_key_can_be_pressed_while_the_greeting_speaks() -> None:
    gather = parsed(greeting.greeting(PROMPTS, LINKS, ["en", "es"])).find("Gather")
    assert gather is not None
    assert (gather.get("input"), gather.get("numDigits")) == ("dtmf speech", "1")
    assert len(list(gather.iter("Say"))) == 4


def test_a_line_of_one_language_offers_no_choice() -> None:
    said = [say.text or "" for say in parsed(greeting.greeting(PROMPTS, LINKS, ["es"])).iter("Say")]
    assert len(said) == 1


def test_only_the_callers_leg_ends_the_room() -> None:
    room = parsed(connect.caller_room(PROMPTS, LINKS, "en", "room-0")).find("Dial/Conference")
    assert room is not None
    assert (room.get("endConferenceOnExit"), room.get("startConferenceOnEnter")) == ("true", "true")
    assert room.get("statusCallbackEvent") == "start end join leave mute hold modify"


def test_backup_numbers_are_called_from_time_to_time_only() -> None:
    backups = ["+16615550190"]
    rounds = [
        number
        for number in range(16)
        if parsed(fallback.hold(PROMPTS, LINKS, "en", tries=number, backups=backups)).find("Dial") is not None
    ]
    assert rounds == [4, 8, 12]


def test_a_language_without_words_is_spoken_in_english() -> None:
    assert PROMPTS.text("hmn", "next") == PROMPTS.text("en", "next")


def test_a_missing_sentence_is_named_at_start(tmp_path: Path) -> None:
    spoken_file(tmp_path, "en")
    spoken_file(tmp_path, "es", goodbye="farewell")
    with pytest.raises(ConfigurationError, match=r"es\.toml.*farewell.*goodbye"):
        prompts.load(tmp_path)


def test_a_voice_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    spoken_file(tmp_path, "en", Joanna="Lupe")
    with pytest.raises(ConfigurationError, match=r"en\.toml"):
        prompts.load(tmp_path)


def test_a_torn_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "en.toml").write_text("[voice")
    with pytest.raises(ConfigurationError, match=r"en\.toml"):
        prompts.load(tmp_path)


def test_a_recording_is_played_in_place_of_its_sentence(tmp_path: Path) -> None:
    spoken_file(tmp_path, "en")
    with (tmp_path / "en.toml").open("a") as file:
        file.write('goodbye = "https://voice.example.test/goodbye.mp3"\n')
    document = parsed(connect.goodbye(prompts.load(tmp_path), "en"))
    assert [element.tag for element in document] == ["Play", "Hangup"]
