"""The exchange: lines, calls, rooms, queues and telephones, and how a leg begins and ends."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from ivr.simulator.clock import Clock, iso, rfc2822, wall
from ivr.simulator.conference import Room
from ivr.simulator.documents import Request
from ivr.simulator.ledger import Ledger
from ivr.simulator.legs import Call, HungUp, Subscription
from ivr.simulator.numbers import attestation
from ivr.simulator.overhearing import Ears
from ivr.simulator.phones import PhoneBook
from ivr.simulator.post import Outgoing, Post
from ivr.simulator.queues import CallQueue
from ivr.simulator.settings import Line, Settings
from ivr.simulator.sounds import Recorded

# Added by the phone company to every ringing time-out (Twilio, "Call resource": Timeout).
RING_BUFFER_SECONDS = 5.0

# What a leg does once it is answered; runs in the leg's thread.
Plan = Callable[[Call], None]


class NoSuchLine(Exception):
    """The dialled number is not one of ours."""


@dataclass
class Application:
    """A named voice address that numbers and browsers may use instead of one of their own."""

    sid: str
    name: str
    voice_url: str
    voice_method: str = "POST"
    created_at: datetime = field(default_factory=wall)


@dataclass(frozen=True)
class Ringing:
    """How an outgoing leg is to be called. `hold_back`: it waits for its turn (calls per second)."""

    from_: str
    to: str
    direction: str
    timeout: float = 60.0
    subscription: Subscription | None = None
    fallback_url: str | None = None
    parent_sid: str | None = None
    hold_back: bool = False


class Exchange:
    """Everything that is going on. `play` executes documents on a leg (given at start-up, so that
    the exchange need not know the verbs)."""

    def __init__(self, settings: Settings, play: Callable[["Exchange", Call, Request], None]) -> None:
        self.settings = settings
        self.clock = Clock(settings.speed)
        self.lock = threading.RLock()
        self.ledger = Ledger(settings.ledger_path)
        self.post = Post(settings.auth_token, self.clock, self.ledger)
        self.lines = {line.number: line for line in settings.lines}
        self.calls: dict[str, Call] = {}
        self.applications: dict[str, Application] = {}
        if settings.application_sid and settings.application_url:
            own = Application(settings.application_sid, "Softphone", settings.application_url)
            self.applications[own.sid] = own
        self.rooms: dict[str, Room] = {}
        self.queues: dict[str, CallQueue] = {}
        self.recordings: dict[str, Recorded] = {}
        self.ears = Ears()
        self.phones = PhoneBook(self.lock)
        self._play = play
        self._next_turn = 0.0

    # --- beginnings -----------------------------------------------------------------------------

    def dial_in(self, from_: str, to: str) -> Call:
        """Somebody dials one of our lines. `from_` may be any text. Raises NoSuchLine."""
        line = self.lines.get(to)
        if line is None:
            raise NoSuchLine(to)
        call = self._new_call(from_, to, "inbound", None)
        application = self.applications.get(line.application_sid or "")
        call.fallback_url, call.fallback_method = line.fallback_url, line.fallback_method
        call.webhook_seconds = line.timeout_seconds
        if line.status_callback:
            call.subscription = Subscription(line.status_callback, line.status_callback_method)
        # An application on a number overrules the number's own addresses.
        first = Request(
            application.voice_url if application else line.voice_url,
            application.voice_method if application else line.voice_method,
            params=attestation(from_),
        )
        self._start(call, lambda leg: self.play(leg, first))
        return call

    def connect_client(self, identity: str, application_sid: str, params: Mapping[str, str]) -> Call:
        """A browser calls an application (the settings' own if there is none of that name); its parameters become
        form fields."""
        call = self._new_call(f"client:{identity}", "", "inbound", None)
        own = {name: value for name, value in params.items() if name not in call.parameters()}
        application = self.applications.get(application_sid)
        url = application.voice_url if application else self.settings.application_url or ""
        first = Request(url, application.voice_method if application else "POST", params=own)
        self._start(call, lambda leg: self.play(leg, first))
        return call

    def dial_out(self, ringing: Ringing, plan: Plan, failed: Plan | None = None) -> Call:
        """Call a telephone; when it answers, `plan` runs on the new leg, else `failed` does."""
        call = self._new_call(ringing.from_, ringing.to, ringing.direction, ringing.parent_sid)
        call.subscription = ringing.subscription
        call.fallback_url = ringing.fallback_url
        self._start(call, lambda leg: self._call_up(leg, ringing, plan, failed))
        return call

    def play(self, call: Call, request: Request) -> None:
        """Execute documents on a leg until one ends; raises HungUp."""
        self._play(self, call, request)

    def _new_call(self, from_: str, to: str, direction: str, parent_sid: str | None) -> Call:
        call = Call(
            account_sid=self.settings.account_sid,
            from_=from_,
            to=to,
            direction=direction,
            clock=self.clock,
            lock=self.lock,
            parent_sid=parent_sid,
        )
        with self.lock:
            self.calls[call.sid] = call
        return call

    def _start(self, call: Call, plan: Plan) -> None:
        threading.Thread(target=self._live, args=(call, plan), name=call.sid, daemon=True).start()

    def _live(self, call: Call, plan: Plan) -> None:
        try:
            plan(call)
        except HungUp:
            pass
        except Exception as error:
            self.warn(call, f"the simulator failed: {type(error).__name__}: {error}")
            call.end("system", "failed")
            raise
        finally:
            call.end("far end" if call.far_end_left else "system")
            self.progress(call, "completed")
            self.ledger.write("call", **call.summary())
            call.closed = True

    # --- ringing --------------------------------------------------------------------------------

    def _call_up(self, call: Call, ringing: Ringing, plan: Plan, failed: Plan | None) -> None:
        try:
            if ringing.hold_back:
                call.wait(self._turn())
            self._ring(call, ringing.timeout + RING_BUFFER_SECONDS)
        except HungUp:
            if failed is not None:
                failed(call)
            raise
        plan(call)

    def _turn(self) -> float:
        with self.lock:
            now = self.clock.now()
            turn = max(now, self._next_turn)
            self._next_turn = turn + 1 / self.settings.calls_per_second
            return turn - now

    def _ring(self, call: Call, timeout: float) -> None:
        """Ring until somebody answers; ends the leg and raises HungUp when nobody does."""
        call.check()
        call.initiated = True
        call.set_status("initiated")
        self.progress(call, "initiated")
        phone = self.phones.take(call)
        if phone is None or phone.habit.behaviour == "busy":
            self._refuse(call, "busy", 486)
        assert phone is not None
        if phone.habit.behaviour == "failed":
            self._refuse(call, "failed", 404)
        call.set_status("ringing")
        self.progress(call, "ringing")
        behaviour = phone.habit.behaviour
        if behaviour in ("answer", "reject") and phone.habit.delay < timeout:
            call.wait(phone.habit.delay)
            if behaviour == "reject":
                self._refuse(call, "busy", 603)
        elif not call.wait(timeout, until=lambda: call.sid in phone.picked_up):
            self._refuse(call, "no-answer", 487)
        call.set_status("in-progress")
        self.progress(call, "answered")
        call.check()

    def _refuse(self, call: Call, status: str, sip_code: int) -> None:
        call.sip_code = sip_code
        call.end("far end", status)
        raise HungUp(call.sid)

    # --- what is told and written -----------------------------------------------------------------

    def progress(self, call: Call, event: str) -> None:
        """Tell the subscriber of a leg that it reached initiated, ringing, answered or completed."""
        subscription = call.subscription
        if subscription is None or event not in subscription.events:
            return
        if call.direction != "inbound" and not call.initiated:
            return  # Cancelled while it was queued: the phone company tells nothing.
        params = call.parameters()
        params["CallStatus"] = {"completed": call.status, "answered": "in-progress"}.get(event, event)
        params["CallbackSource"] = "call-progress-events"
        params["SequenceNumber"] = str(call.sequence)
        params["Timestamp"] = rfc2822(call.updated_at) or ""
        if event == "completed":
            params["CallDuration"] = str(call.seconds)
            params["Duration"] = str(-(-call.seconds // 60))
            if call.sip_code is not None:
                params["SipResponseCode"] = str(call.sip_code)
        call.sequence += 1
        self.post.tell(Outgoing(call.sid, "status", subscription.url, params, subscription.method))

    @property
    def pending(self) -> int:
        """How much is still to be told: callbacks on their way, and ended legs that have not reported it."""
        with self.lock:
            unreported = sum(call.over and not call.closed for call in self.calls.values())
        return unreported + self.post.pending

    def warn(self, call: Call, text: str) -> None:
        """Write down something that the product should not have done."""
        self.ledger.write("warning", call_sid=call.sid, text=text)

    # --- rooms and queues -------------------------------------------------------------------------

    def room(self, name: str) -> Room:
        """The open room of this name, made if there is none."""
        with self.lock:
            for room in self.rooms.values():
                if room.name == name and not room.over:
                    return room
            room = Room(self.settings.account_sid, name, self.lock, self.post.tell)
            self.rooms[room.sid] = room
            return room

    def queue(self, name: str) -> CallQueue:
        """The queue of this name, made if there is none."""
        with self.lock:
            for queue in self.queues.values():
                if queue.name == name:
                    return queue
            queue = CallQueue(self.settings.account_sid, name, self.clock, self.lock)
            self.queues[queue.sid] = queue
            return queue

    def speak(self, call: Call, text: str) -> bool:
        """The person on a leg says something; says whether a Gather or another person heard it."""
        with self.lock:
            call.said.append({"at": iso(wall()), "text": text})
            if call.microphone_off:
                return False
            heard = self._let_hear(call, text)
            self.ears.overhear(call, text)
            return heard

    def _let_hear(self, call: Call, text: str) -> bool:
        with self.lock:
            listener = call.listener
            if listener is not None and listener.listening and listener.take_speech(text):
                call.wake()
                return True
            for room in self.rooms.values():
                if call.sid in room.participants:
                    return room.speak(call, text)
            for sid in call.partners:
                self.calls[sid].hear(text, "speech", voice=call.sid)
            return bool(call.partners)

    def press(self, call: Call, keys: str) -> bool:
        """The person on a leg presses keys; says whether a Gather took any of them."""
        with self.lock:
            call.pressed += keys
            listener = call.listener
            taken = [listener.take_key(key) for key in keys if listener is not None and listener.listening]
            if not any(taken):
                for sid in call.partners:
                    self.calls[sid].hear(keys, "tone", voice=call.sid)
            call.wake()
            return any(taken)

    def change_line(self, number: str, **changes: str | None) -> Line:
        """Point a line elsewhere. Raises NoSuchLine."""
        with self.lock:
            if number not in self.lines:
                raise NoSuchLine(number)
            self.lines[number] = replace(self.lines[number], **changes)  # type: ignore[arg-type]
            return self.lines[number]
