"""People from outside, colleagues, and what the phone company tells of hold and mute, in any order."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from uuid import UUID

import pytest

from hotline.base.database import Database
from hotline.calls import service
from hotline.calls.models import Call, CallLeg
from tests.support.calls import VAULT, Hotline, sid
from tests.support.voice import Caller, Voice, spoken, verbs

OnDuty = Callable[..., UUID]
CONFERENCE = "CF" + "1" * 32


class Talk:
    """A caller and a screener in a room, and the phone company's news of it."""

    def __init__(self, voice: Voice, database: Database, screener: UUID) -> None:
        self.voice, self.database, self.screener = voice, database, screener
        self.caller = Caller(voice)
        self.caller.waits()
        with database.transaction() as session:
            hotline = Hotline(session)
            call = hotline.accepts(screener)
            self.call_id, self.room = call.id, call.conference or ""
            self.leg_id = hotline.leg(call).id
        self.caller.ask("connect")
        self.screener_sid = sid()
        Caller(voice, sid=self.screener_sid).ask(
            "screener", {"leg": str(self.leg_id)}, Direction="outbound-api"
        )
        self.tells(self.caller.sid, "participant-join", 1)
        self.tells(self.screener_sid, "participant-join", 2)

    def tells(
        self, call_sid: str, what: str, number: int, conference: str = CONFERENCE, **fields: str
    ) -> None:
        self.caller.event(
            "conference",
            {
                "ConferenceSid": conference,
                "FriendlyName": self.room,
                "CallSid": call_sid,
                "StatusCallbackEvent": what,
                "SequenceNumber": str(number),
                "Hold": "false",
                "Muted": "false",
                **fields,
            },
        )

    def leg(self, kind: str) -> CallLeg:
        with self.database.transaction() as session:
            return Hotline(session).leg(self.call, kind)

    @property
    def call(self) -> Call:
        with self.database.transaction() as session:
            return session.get_one(Call, self.call_id)

    def calls_in(self) -> CallLeg:
        """Somebody from outside is wanted."""
        with self.database.transaction() as session:
            return service.add_party(session, VAULT, self.call_id, self.screener, "661-555-0155", "other")


@pytest.fixture
def talk(voice: Voice, database: Database, on_duty: OnDuty) -> Talk:
    talk = Talk(voice, database, on_duty("ann"))
    assert talk.call.state == "talking"
    return talk


def test_somebody_from_outside_comes_into_the_room_and_learns_nothing_before(talk: Talk) -> None:
    leg = talk.calls_in()
    document = Caller(talk.voice).ask("party", {"leg": str(leg.id)}, Direction="outbound-api")
    assert verbs(document) == ["Say", "Dial"]
    assert spoken(document) == "One moment, please."
    room = document.find("Dial/Conference")
    assert room is not None
    assert (room.text, room.get("endConferenceOnExit"), room.get("participantLabel")) == (
        talk.room,
        "false",
        str(leg.id),
    )
    assert talk.leg("party").state == "answered"


@pytest.mark.parametrize("when", ["removed", "over", "unknown", "wrong kind"])
def test_a_telephone_that_nobody_waits_for_any_more_is_hung_up(talk: Talk, when: str) -> None:
    leg_id = talk.calls_in().id
    if when == "removed":
        with talk.database.transaction() as session:
            service.remove_party(session, talk.call_id, talk.screener, leg_id)
    elif when == "over":
        talk.caller.hangs_up()
    elif when == "wrong kind":
        leg_id = talk.leg_id
    query = {} if when == "unknown" else {"leg": str(leg_id)}
    assert verbs(Caller(talk.voice).ask("party", query)) == ["Hangup"]


def test_somebody_from_outside_who_leaves_lets_the_others_talk(talk: Talk) -> None:
    leg, party = talk.calls_in(), Caller(talk.voice)
    party.ask("party", {"leg": str(leg.id)}, Direction="outbound-api")
    talk.tells(party.sid, "participant-join", 3)
    assert talk.leg("party").state == "in_room"
    assert verbs(party.ask("party-over", {"leg": str(leg.id)}, DialCallStatus="answered")) == ["Hangup"]
    talk.tells(party.sid, "participant-leave", 4, ReasonParticipantLeft="participant_hung_up")
    assert (talk.leg("party").state, talk.call.state) == ("ended", "talking")


@pytest.mark.parametrize(
    ("status", "reason"), [("busy", "busy"), ("no-answer", "no_answer"), ("failed", "failed")]
)
def test_t05_somebody_who_is_not_reached_is_shown_with_the_reason(
    talk: Talk, status: str, reason: str
) -> None:
    leg = talk.calls_in()
    Caller(talk.voice).ask("call-status", {"leg": str(leg.id)}, CallStatus=status, Direction="outbound-api")
    assert (talk.leg("party").state, talk.leg("party").reason) == ("ended", reason)
    assert talk.call.state == "talking"


def test_t05_a_participant_who_could_not_be_added_did_not_come(talk: Talk) -> None:
    leg, one = talk.calls_in(), sid()
    talk.tells(
        one,
        "participant-leave",
        3,
        ParticipantLabel=str(leg.id),
        ParticipantCallStatus="busy",
        ReasonParticipantLeft="participant_add_failed",
    )
    assert (talk.leg("party").state, talk.leg("party").reason) == ("ended", "busy")
    assert talk.call.state == "talking"


def test_a_leg_is_known_by_its_label_before_its_sid_is(talk: Talk) -> None:
    leg, one = talk.calls_in(), sid()
    talk.tells(one, "participant-join", 3, ParticipantLabel=str(leg.id))
    assert (talk.leg("party").state, talk.leg("party").sid) == ("in_room", one)


def test_t22_news_of_hold_in_any_order_ends_in_what_was_told_last(talk: Talk) -> None:
    with talk.database.transaction() as session:
        service.hold(session, talk.call_id, talk.screener)
    story = [
        ("participant-hold", 3, "true"),
        ("participant-unhold", 4, "false"),
        ("participant-hold", 5, "true"),
    ]
    for round_, order in enumerate(permutations(story)):
        conference = "CF" + f"{round_:032x}"
        for what, number, held in (*order, order[0]):
            talk.tells(talk.caller.sid, what, number, conference, Hold=held)
        assert talk.leg("caller").told["held"] is True
    assert talk.call.state == "talking"


def test_news_of_a_hold_that_overtakes_the_news_of_coming_in_tells_both(
    voice: Voice, database: Database, on_duty: OnDuty
) -> None:
    talk = Talk(voice, database, on_duty("ann"))
    leg, party = talk.calls_in(), Caller(talk.voice)
    party.ask("party", {"leg": str(leg.id)}, Direction="outbound-api")
    talk.tells(party.sid, "participant-mute", 4, Muted="true")
    talk.tells(party.sid, "participant-join", 3)
    assert (talk.leg("party").state, talk.leg("party").told["muted"]) == ("in_room", True)


def test_a_room_that_was_empty_for_a_moment_counts_anew(talk: Talk) -> None:
    talk.tells(talk.screener_sid, "participant-leave", 9, ReasonParticipantLeft="participant_hung_up")
    with talk.database.transaction() as session:
        leg = service.rejoin(session, talk.call_id, talk.screener)
    again = sid()
    Caller(talk.voice, sid=again).ask("screener", {"leg": str(leg.id)}, Direction="outbound-api")
    talk.tells(again, "participant-join", 1, "CF" + "2" * 32)
    assert (talk.leg("screener").id, talk.leg("screener").state) == (leg.id, "in_room")


def test_t07_only_the_callers_leg_ends_the_room(talk: Talk) -> None:
    leg = talk.calls_in()
    party = Caller(talk.voice).ask("party", {"leg": str(leg.id)}).find("Dial/Conference")
    screener = Caller(talk.voice, sid=talk.screener_sid).ask("screener", {"leg": str(talk.leg_id)})
    caller = talk.caller.ask("connect").find("Dial/Conference")
    assert party is not None
    assert caller is not None
    ends = [
        noun.get("endConferenceOnExit")
        for noun in (party, screener.find("Dial/Conference"), caller)
        if noun is not None
    ]
    assert ends == ["false", "false", "true"]
    assert caller.get("participantLabel") is None


def test_t06_whoever_comes_first_asks_for_the_same_news(talk: Talk) -> None:
    leg = talk.calls_in()
    documents = [
        Caller(talk.voice).ask("party", {"leg": str(leg.id)}),
        Caller(talk.voice, sid=talk.screener_sid).ask("screener", {"leg": str(talk.leg_id)}),
        talk.caller.ask("connect"),
    ]
    asked = {
        (noun.get("statusCallback"), noun.get("statusCallbackEvent"))
        for document in documents
        for noun in document.iter("Conference")
    }
    assert len(asked) == 1
    ((address, events),) = asked
    assert (address or "").endswith("/voice/conference")
    assert set((events or "").split()) >= {"join", "leave", "mute", "hold"}


def test_a_room_that_cannot_be_entered_lets_the_caller_ask_again(talk: Talk) -> None:
    document = talk.caller.ask("connect")
    assert verbs(document) == ["Say", "Dial", "Pause", "Redirect"]
    assert talk.caller.go(document.findtext("Redirect") or "").find("Dial/Conference") is not None


def test_what_is_heard_on_hold_repeats_itself_in_the_callers_language(voice: Voice) -> None:
    document = Caller(voice).ask("hold-music", {"language": "es"})
    assert verbs(document) == ["Say", "Pause", "Redirect"]
    assert "en espera" in spoken(document)
    assert (document.findtext("Redirect") or "").endswith("/voice/hold-music?language=es")


def test_a_colleague_comes_into_the_callers_room(talk: Talk, database: Database, on_duty: OnDuty) -> None:
    ben = on_duty("ben")
    with database.transaction() as session:
        service.consult(session, talk.call_id, talk.screener, ben)
        service.accept_offer(session, Hotline(session).offer(ben), ben)
    leg, colleague = talk.leg("consult"), Caller(talk.voice, to=f"client:{ben.hex}")
    room = colleague.ask("screener", {"leg": str(leg.id)}, Direction="outbound-api").find("Dial/Conference")
    assert room is not None
    assert room.text == talk.room
    talk.tells(colleague.sid, "participant-join", 3)
    with database.transaction() as session:
        service.hand_over(session, talk.call_id, talk.screener)
    talk.tells(talk.screener_sid, "participant-leave", 4, ReasonParticipantLeft="participant_updated_via_api")
    assert (talk.call.screener_id, talk.call.state, talk.call.conference) == (ben, "talking", talk.room)


def test_a_caller_who_is_handed_on_is_told_so_and_not_of_a_lost_connection(talk: Talk) -> None:
    with talk.database.transaction() as session:
        service.hand_on(session, talk.call_id, talk.screener, language="es")
    assert verbs(talk.caller.ask("connect"))[-1] == "Enqueue"
    said = spoken(talk.caller.ask("waiting", {"language": "es"}, QueueTime="0"))
    assert "Le estamos pasando" in said
    assert "Perdimos" not in said


def test_the_room_of_a_leg_is_known_while_the_database_is_away(voice: Voice, talk: Talk) -> None:
    leg, room = talk.calls_in(), "room-" + "a" * 32
    voice.gateway.breaker.trip()
    for page, to in (("party", "+16615550155"), ("screener", "client:ben")):
        document = Caller(voice, to=to).ask(page, {"leg": str(leg.id), "room": room})
        assert document.findtext("Dial/Conference") == room
    voice.gateway.look_after()
