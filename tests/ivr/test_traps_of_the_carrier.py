"""Where a phone company does otherwise than one expects. Each trap has its number in docs/promises.md."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID
from xml.etree.ElementTree import Element

import pytest
from sqlalchemy import func, select

from hotline.base.config import Settings
from hotline.base.database import Database
from hotline.base.errors import Conflict
from hotline.calls import connecting, service
from hotline.calls.models import Call, CallLeg, Offer
from hotline.telephony.port import CallGone, TryAgain
from hotline.worklist.models import WorklistItem
from tests.support.calls import sid
from tests.support.telephones import PaperPhones
from tests.support.voice import Caller, Voice, spoken, verbs
from workers import tools
from workers.connect_call import connect_call
from workers.end_call import end_call
from workers.job import Job, Retry, Work

OnDuty = Callable[..., UUID]


def calls(database: Database) -> list[Call]:
    with database.transaction() as session:
        return list(session.scalars(select(Call)))


def the_call(database: Database) -> Call:
    (call,) = calls(database)
    return call


def count(database: Database, table: type) -> int:
    with database.transaction() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


@dataclass
class Talk:
    """A caller and the screener who accepted the call, as the phone company sees their legs."""

    voice: Voice
    database: Database
    caller: Caller
    screener: UUID

    def leg(self) -> CallLeg:
        with self.database.transaction() as session:
            legs = select(CallLeg).where(CallLeg.kind == "screener").order_by(CallLeg.created_at.desc())
            return session.scalars(legs.limit(1)).one()

    def screeners_phone(self) -> Caller:
        leg = self.leg()
        return Caller(self.voice, to=leg.address or "", sid=leg.sid or sid(), status="in-progress")

    def caller_room(self) -> Element:
        return self.caller.ask("connect", {"language": "en", "leg": str(self.leg().id)})

    def screener_room(self) -> Element:
        phone = self.screeners_phone()
        return phone.ask("screener", {"leg": str(self.leg().id)}, Direction="outbound-api")

    def leg_status(self, status: str) -> None:
        phone = self.screeners_phone()
        phone.ask("call-status", {"leg": str(self.leg().id)}, Direction="outbound-api", CallStatus=status)

    def does(self, job: Job, phones: PaperPhones, settings: Settings) -> None:
        """Run a job about the call."""
        equipment = replace(tools.make(settings), phone=phones)
        try:
            job.function(Work(str(the_call(self.database).id), 1, equipment))
        finally:
            equipment.database.dispose()
            equipment.bell.close()


@pytest.fixture
def talk(voice: Voice, database: Database, on_duty: OnDuty) -> Talk:
    """A call that a screener has just accepted."""
    screener, caller = on_duty("ann", "en", "es"), Caller(voice)
    caller.waits()
    with database.transaction() as session:
        offer = service.open_offer(session, screener)
        assert offer is not None
        service.accept_offer(session, offer.offer_id, screener)
    return Talk(voice, database, caller, screener)


def test_t01_the_first_request_says_ringing_and_is_a_call(voice: Voice, database: Database) -> None:
    caller = Caller(voice, status="ringing")
    assert verbs(caller.ask("incoming"))[0] == "Gather"
    assert the_call(database).state == "greeting"


@pytest.mark.parametrize("stage", ["incoming", "language", "menu", "waiting"])
def test_t02_a_caller_who_hangs_up_at_any_stage_is_abandoned_there(
    voice: Voice, database: Database, stage: str
) -> None:
    caller = Caller(voice)
    for page in ("incoming", "language", "menu", "waiting"):
        caller.ask(page)
        if page == stage:
            break
    caller.hangs_up()
    call = the_call(database)
    assert (call.state, call.outcome) == ("ended", "abandoned")
    assert count(database, WorklistItem) == 1


def test_t02_hanging_up_while_a_backup_telephone_rings_is_no_diversion(
    voice: Voice, database: Database
) -> None:
    caller = Caller(voice)
    caller.waits()
    caller.ask("call-over", {"diverted": "yes"}, DialCallStatus="canceled", CallStatus="completed")
    assert the_call(database).outcome == "abandoned"


def test_t02_hanging_up_while_the_screeners_telephone_rings_ends_that_leg(
    talk: Talk, database: Database
) -> None:
    talk.leg_status("ringing")
    talk.caller.hangs_up()
    assert the_call(database).outcome == "abandoned"
    assert verbs(talk.screener_room()) == ["Hangup"]


def test_t02_hanging_up_before_the_first_document_still_leaves_a_call(
    voice: Voice, database: Database
) -> None:
    Caller(voice).ask("call-status", CallStatus="completed")
    assert (the_call(database).state, the_call(database).outcome) == ("ended", "abandoned")


@pytest.mark.parametrize("page", ["language", "menu", "queue-left", "call-over", "waiting", "connect"])
def test_t03_what_is_asked_after_the_end_makes_nothing_anew(
    voice: Voice, database: Database, on_duty: OnDuty, page: str
) -> None:
    caller = Caller(voice)
    caller.waits()
    caller.hangs_up()
    on_duty("ann", "en")
    caller.ask(page, QueueResult="hangup", Digits="1", CallStatus="completed")
    assert (the_call(database).state, count(database, Offer), count(database, WorklistItem)) == (
        "ended",
        0,
        1,
    )


def test_t04_news_that_comes_twice_late_or_in_any_order_ends_the_same(
    voice: Voice, database: Database
) -> None:
    orders = list(itertools.permutations(("ringing", "in-progress", "completed")))
    for order in orders:
        caller = Caller(voice)
        for status in (*order, *order):
            caller.ask("call-status", CallStatus=status)
    assert [call.state for call in calls(database)] == ["ended"] * len(orders)
    assert count(database, WorklistItem) == len(orders)


def test_t04_news_of_our_own_call_may_come_before_the_answer_to_our_request(
    talk: Talk, database: Database
) -> None:
    with database.transaction() as session:
        assert connecting.dialing(session, the_call(database).id, talk.leg().id)
    assert talk.leg().sid is None
    talk.leg_status("ringing")
    assert (talk.leg().state, talk.leg().sid is None) == ("ringing", False)


@pytest.mark.parametrize("status", ["busy", "no-answer", "failed", "canceled"])
def test_t05_a_screener_who_is_not_reached_gives_the_caller_to_the_next(
    talk: Talk, database: Database, on_duty: OnDuty, status: str
) -> None:
    other = on_duty("bea", "en")
    talk.leg_status(status)
    assert the_call(database).returned_to_front
    with database.transaction() as session:
        assert service.open_offer(session, other) is not None
        assert service.presence_of(session, talk.screener).state == "away"


def test_t05_a_participant_who_could_not_be_added_counts_as_lost(talk: Talk, database: Database) -> None:
    talk.leg_status("ringing")
    room = the_call(database).conference or ""
    talk.caller.event(
        "conference",
        {
            "ConferenceSid": sid("CF"),
            "FriendlyName": room,
            "CallSid": talk.leg().sid or "",
            "StatusCallbackEvent": "participant-leave",
            "ReasonParticipantLeft": "participant_add_failed",
            "SequenceNumber": "1",
        },
    )
    assert the_call(database).state == "waiting"


def test_t06_whoever_is_first_in_the_room_names_the_same_callback(talk: Talk) -> None:
    nouns = [room.find("Dial/Conference") for room in (talk.caller_room(), talk.screener_room())]
    told = [
        {name: noun.get(name) for name in ("statusCallback", "statusCallbackEvent", "statusCallbackMethod")}
        for noun in nouns
        if noun is not None
    ]
    assert told[0] == told[1]
    assert {"start", "end", "join", "leave"} <= set((told[0]["statusCallbackEvent"] or "").split())


def test_t07_only_the_caller_ends_the_room(talk: Talk) -> None:
    caller, screener = (room.find("Dial/Conference") for room in (talk.caller_room(), talk.screener_room()))
    assert caller is not None
    assert screener is not None
    assert (caller.get("endConferenceOnExit"), screener.get("endConferenceOnExit")) == ("true", "false")


def test_t08_of_two_who_accept_one_caller_one_is_told(
    talk: Talk, database: Database, on_duty: OnDuty
) -> None:
    other = on_duty("bea", "en")
    with database.transaction() as session:
        offer = session.scalars(select(Offer)).one()
        assert the_call(database).screener_id == talk.screener
        with pytest.raises(Conflict, match="moved on"):
            talk.caller.hangs_up()
            service.accept_offer(session, offer.id, talk.screener)
    with database.transaction() as session:
        assert service.open_offer(session, other) is None


def test_t09_a_child_leg_is_neither_a_call_nor_the_end_of_one(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    caller.waits()
    child = Caller(voice, to="+16615550190")
    child.ask("call-status", ParentCallSid=caller.sid, Direction="outbound-dial", CallStatus="completed")
    assert (the_call(database).sid, the_call(database).state) == (caller.sid, "waiting")


@pytest.mark.parametrize("result", ["queue-full", "error", "system-error"])
def test_t10_a_queue_that_refuses_a_caller_does_not_lose_one(
    voice: Voice, database: Database, result: str
) -> None:
    caller = Caller(voice)
    caller.waits()
    document = caller.ask("queue-left", {"language": "en"}, QueueResult=result)
    assert verbs(document)[-1] in ("Redirect", "Dial")
    assert the_call(database).state == "waiting"


def test_t11_a_gather_without_an_answer_goes_on_and_never_round(voice: Voice, database: Database) -> None:
    caller, asked = Caller(voice), list[str]()
    document = caller.ask("incoming")
    while verbs(document)[0] == "Gather":
        onward = document.findtext("Redirect") or ""
        assert onward
        assert onward not in asked
        asked.append(onward)
        document = caller.go(onward)
    assert verbs(document) == ["Enqueue"]
    assert the_call(database).state == "waiting"


def addresses(document: Element) -> list[str]:
    names = ("action", "url", "waitUrl", "statusCallback", "recordingStatusCallback")
    attributes = [element.get(name) for element in document.iter() for name in names]
    redirects = [element.text for element in document.iter("Redirect")]
    return [address for address in (*attributes, *redirects) if address]


def test_t12_every_address_in_a_document_is_whole(voice: Voice, talk: Talk) -> None:
    other = Caller(voice)
    documents = [
        other.ask("incoming"),
        other.ask("language", Digits="2"),
        other.ask("menu", Digits="0"),
        other.ask("waiting", {"language": "es"}, QueueTime="0"),
        other.ask("queue-left", {"language": "es"}, QueueResult="error"),
        other.go("/voice/hold?language=es"),
        talk.caller_room(),
        talk.screener_room(),
    ]
    found = [address for document in documents for address in addresses(document)]
    assert len(found) > 10
    assert [address for address in found if not address.startswith(voice.settings.public_voice_url)] == []


def test_t13_a_page_that_fails_answers_all_the_same(voice: Voice, settings: Settings) -> None:
    away = Voice(replace(settings, database_url="postgresql://nobody@127.0.0.1:9/none"), patience=2)
    try:
        for page in ("incoming", "language", "menu", "queue-left", "call-over"):
            assert spoken(Caller(away).ask(page)) != ""
        assert away.gateway.spool.waiting() > 0
        voice.gateway.replay()
    finally:
        away.close()


def test_t14_a_phone_company_that_does_not_answer_is_asked_again(talk: Talk, settings: Settings) -> None:
    phones = PaperPhones(failing={"redirect_call": TryAgain()})
    with pytest.raises(Retry):
        talk.does(connect_call, phones, settings)
    phones.failing.clear()
    talk.does(connect_call, phones, settings)
    assert phones.names()[:2] == ["redirect_call", "redirect_call"]


def test_t15_changing_a_call_that_has_ended_is_news_of_its_end(
    talk: Talk, settings: Settings, database: Database
) -> None:
    talk.does(connect_call, PaperPhones(failing={"redirect_call": CallGone()}), settings)
    assert the_call(database).state == "ended"
    talk.does(end_call, PaperPhones(failing={"end_call": CallGone()}), settings)
    assert talk.leg().state == "ended"


def test_t18_a_proxy_changes_nothing_of_what_is_signed(settings: Settings, line: None) -> None:
    public = Voice(replace(settings, public_voice_url="https://voice.hotline.test"))
    try:
        form = Caller(public).form(Digits="", FromCity="")
        url = "https://voice.hotline.test/voice/incoming"
        assert public.send(url, form).status_code == 200
        with_port = public.sign("https://voice.hotline.test:443/voice/incoming", form)
        assert public.send(url, form, signature=with_port).status_code == 200
        for wrong in ("http://voice.hotline.test", "https://other.test"):
            signed = public.sign(f"{wrong}/voice/incoming", form)
            assert public.send(url, form, signature=signed).status_code == 403
        without_blanks = {name: value for name, value in form.items() if value}
        assert public.send(url, form, signature=public.sign(url, without_blanks)).status_code == 403
        assert public.send(url, form, signature="").status_code == 403
    finally:
        public.close()


@pytest.mark.parametrize("number", ["anonymous", "Restricted", "+266696687", "sip:x@y", "", "911", "Ćao"])
def test_t19_whatever_stands_for_the_callers_number_is_a_call(
    voice: Voice, database: Database, number: str
) -> None:
    assert verbs(Caller(voice, number=number).waits()) == ["Enqueue"]
    assert (the_call(database).state, the_call(database).caller_hash) == ("waiting", None)


def test_t20_another_process_goes_on_where_the_first_one_stopped(
    voice: Voice, settings: Settings, database: Database
) -> None:
    caller = Caller(voice)
    caller.ask("incoming")
    caller.ask("language", Digits="2")
    second = Voice(settings)
    try:
        caller.voice = second
        caller.ask("menu", Digits="1")
        assert "fila" in spoken(caller.ask("waiting", {"language": "es"}, QueueTime="0"))
    finally:
        second.close()
    assert (the_call(database).language, the_call(database).lane) == ("es", "danger")


def test_t21_a_spanish_caller_hears_spanish_to_the_end(voice: Voice, database: Database) -> None:
    caller = Caller(voice)
    caller.ask("incoming")
    documents = [
        caller.ask("language", Digits="2"),
        caller.ask("menu", Digits="3"),
        caller.ask("waiting", {"language": "es"}, QueueTime="0"),
        caller.ask("waiting", {"language": "es"}, QueueTime="60"),
        caller.ask("queue-left", {"language": "es"}, QueueResult="error"),
    ]
    languages = {say.get("language") for document in documents for say in document.iter("Say")}
    assert languages == {"es-US"}
    assert the_call(database).language == "es"
