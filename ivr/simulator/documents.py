"""TwiML documents: what is asked for, and what came back, checked and parsed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

MAX_BODY_BYTES = 64 * 1024
_XML_TYPES = ("text/xml", "application/xml", "text/html")


class DocumentError(Exception):
    """A document could not be had or understood. `code` is the number from Twilio's error list."""

    def __init__(self, code: int, message: str, url: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.url = url


@dataclass(frozen=True)
class Request:
    """A document to ask for next: an address with extra form fields, or the text itself (`twiml`)."""

    url: str
    method: str = "POST"
    params: Mapping[str, str] = field(default_factory=dict)
    purpose: str = "voice"
    twiml: str | None = None


@dataclass(frozen=True)
class Answer:
    """What a request was answered: `status` is None when nothing came back in time."""

    url: str
    status: int | None
    content_type: str
    body: bytes
    milliseconds: float
    error: DocumentError | None
    failure: str | None = None
    """The kind of failure by which another try may be asked for: `ct`, `rt`, `4xx` or `5xx`."""


@dataclass(frozen=True)
class Document:
    """The verbs of one TwiML document and the address that its relative addresses start from."""

    url: str
    verbs: tuple[Element, ...]

    def resolve(self, address: str) -> str:
        """An absolute address. Raises DocumentError 11100 for a relative one in inline TwiML."""
        absolute = urljoin(self.url, address.strip())
        if urlsplit(absolute).scheme not in ("http", "https"):
            raise DocumentError(11100, f"invalid address {address!r}", self.url)
        return absolute


def read(answer: Answer) -> Document:
    """The document in an answer. Raises DocumentError (11200, 11205, 11750, 12100, 12300)."""
    if answer.error is not None:
        raise answer.error
    kind = answer.content_type.partition(";")[0].strip().lower()
    if answer.status == 204 or not answer.body.strip():
        if answer.status == 204:
            return Document(answer.url, ())
        raise DocumentError(12100, "the document is empty", answer.url)
    if kind not in _XML_TYPES:
        raise DocumentError(12300, f"content type {kind or 'absent'} is not TwiML", answer.url)
    return Document(answer.url, parse(answer.body, answer.url))


def parse(body: bytes | str, url: str) -> tuple[Element, ...]:
    """The verbs of a `<Response>`. Raises DocumentError 12100 when it is no well-formed TwiML."""
    try:
        root = ElementTree.fromstring(body)
    except ElementTree.ParseError as error:
        raise DocumentError(12100, f"document parse failure: {error}", url) from error
    if root.tag != "Response":
        raise DocumentError(12100, f"the document starts with <{root.tag}>, not <Response>", url)
    return tuple(root)


def verb_names(body: bytes) -> list[str]:
    """The names of the top verbs, for the ledger; empty when the body is no TwiML."""
    try:
        return [verb.tag for verb in parse(body, "")]
    except DocumentError:
        return []
