"""Executes TwiML on one leg, document after document."""

from collections.abc import Callable, Mapping
from typing import Literal
from xml.etree.ElementTree import Element

from ivr.simulator.attributes import unknown_attributes
from ivr.simulator.documents import Answer, Document, DocumentError, Request, parse, read
from ivr.simulator.exchange import Exchange
from ivr.simulator.legs import Call, Interruption, Moved
from ivr.simulator.post import Outgoing

APPLICATION_ERROR = "We are sorry, an application error has occurred. Goodbye."
# Documents in a row that neither say nor wait for anything: then it is a loop.
MAX_SILENT_DOCUMENTS = 30

Verb = Callable[["Player", Element], Request | None]

# Pause and Redirect do not pick up an inbound call, nor does Reject.
_SILENT = frozenset({"Pause", "Redirect", "Reject", "Leave"})


class Player:
    """Plays documents on a leg with a set of verbs.

    A wait document, a whisper and the like use a player of their own with fewer verbs, fields of
    their own on each request (`fields`) and no fallback: there a bad document raises DocumentError.
    """

    def __init__(
        self,
        exchange: Exchange,
        call: Call,
        verbs: Mapping[str, Verb],
        *,
        fields: Callable[[], Mapping[str, str]] = dict,
        nested: bool = False,
    ) -> None:
        self.exchange = exchange
        self.call = call
        self.verbs = verbs
        self.document = Document("", ())
        self._fields = fields
        self._nested = nested
        self._silent = 0

    def run(self, request: Request) -> None:
        """Play until a document ends without naming another. Raises HungUp."""
        following: Request | None = request
        rescued = False
        while following is not None:
            try:
                following = self._play(self.fetch(following))
            except Moved as moved:
                if self._nested:
                    raise
                following, rescued = moved.request, False
            except DocumentError as error:
                if self._nested:
                    raise
                self.exchange.warn(self.call, f"{error.code} {error.message} at {error.url}")
                following = None if rescued else self._fallback(error)
                rescued = True
                if following is None:
                    self._application_error()

    def _fallback(self, error: DocumentError) -> Request | None:
        if not self.call.fallback_url:
            return None
        fields = {"ErrorCode": str(error.code), "ErrorUrl": error.url}
        return Request(self.call.fallback_url, self.call.fallback_method, fields, "fallback")

    def _application_error(self) -> None:
        self.call.hear(APPLICATION_ERROR, "error")
        self.call.end("system", "failed")
        self.call.check()

    def _play(self, document: Document) -> Request | None:
        self.document = document
        for element in document.verbs:
            verb = self.verbs.get(element.tag)
            if verb is None:
                self.exchange.warn(self.call, f"12200 verb <{element.tag}> is not played here")
                continue
            for name in unknown_attributes(element):
                self.exchange.warn(self.call, f"12200 the attribute {name} is not known and does nothing")
            if element.tag not in _SILENT:
                self._silent = 0
                if not self._nested:
                    self.call.answer()
            following = verb(self, element)
            if following is not None:
                return following
        return None

    # --- asking for documents -----------------------------------------------------------------------

    def fetch(self, request: Request) -> Document:
        """The document asked for. Raises DocumentError, or HungUp and its like while waiting."""
        self.call.check()
        self._silent += 1
        if self._silent > MAX_SILENT_DOCUMENTS:
            raise DocumentError(12205, "documents redirect in a loop", request.url)
        if request.twiml is not None:
            return Document("", parse(request.twiml, ""))
        future = self.exchange.post.ask(self._outgoing(request))
        future.add_done_callback(lambda _: self.call.wake())
        self.call.wait(until=future.done)
        return read(future.result())

    def inform(self, request: Request) -> Answer:
        """Send a request whose answer nobody plays: the leg is over or goes elsewhere."""
        return self.exchange.post.ask(self._outgoing(request)).result()

    def _outgoing(self, request: Request) -> Outgoing:
        params = {**self.call.parameters(), **self._fields(), **request.params}
        return Outgoing(
            self.call.sid, request.purpose, request.url, params, request.method, self.call.webhook_seconds
        )

    def address(self, element: Element, name: str, method_name: str = "method") -> Request | None:
        """The request that an attribute with an address asks for; None without the attribute."""
        address = element.get(name, "")
        if not address:
            return None
        return Request(self.document.resolve(address), method(element, method_name))

    def action(self, element: Element, fields: Mapping[str, str], name: str = "action") -> Request | None:
        """The `action` request of a verb with its result; None without the attribute."""
        request = self.address(element, name)
        if request is None:
            return None
        return Request(request.url, request.method, fields, "action")

    def close(self, element: Element, fields: Mapping[str, str], interruption: Interruption) -> None:
        """Report a verb's result although the leg goes on elsewhere or is over, then pass it on."""
        request = self.action(element, fields)
        if request is not None:
            self.inform(request)
        raise interruption


def method(element: Element, name: str = "method") -> Literal["GET", "POST"]:
    """GET or POST, as an attribute says; POST without it."""
    return "GET" if element.get(name, "").upper() == "GET" else "POST"


def flag(element: Element, name: str, default: bool = False) -> bool:
    """An attribute that is "true" or "false"."""
    return element.get(name, "true" if default else "false").strip().lower() == "true"


def number(element: Element, name: str, default: float) -> float:
    """An attribute that is a number; the default for anything else, such as "auto"."""
    try:
        return float(element.get(name, ""))
    except ValueError:
        return default
