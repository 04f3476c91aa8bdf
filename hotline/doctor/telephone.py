"""Checks of the telephone side: numbers, signatures, the voice process, the fallback, softphones and texts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import urlsplit, urlunsplit
from xml.etree import ElementTree

import httpx

from hotline.base.config import Settings
from hotline.doctor.finding import Finding, fail, ok, warn
from hotline.lines import pointing
from hotline.lines.models import Line
from hotline.lines.provisioning import FIELDS, make_plan
from hotline.telephony.books import Office
from hotline.telephony.carrier import Carrier

PATIENCE = 5.0
SHORTEST_SECRET = 32
"""Bytes of the key that signs softphones' tokens (RFC 7518, 3.2)."""

_NO_PAGE = "doctor"
"""A page that does not exist: a signed request for it is let in and finds nothing."""

_FORM = {"AccountSid": "AC", "CallSid": "CA", "From": "", "To": ""}


def numbers(lines: Sequence[Line], office: Office, settings: Settings) -> Iterator[Finding]:
    """Each line's number at the phone company, and the softphones' application."""
    if not any(line.active for line in lines):
        yield fail("lines", "There is no line: nobody can call.", "Run `hotline lines add`.")
        return
    plan = make_plan(lines, office, settings)
    for one in plan.lines:
        name = f"number {one.line.number}"
        if one.faults:
            yield from (fail(name, fault, "Then run `hotline lines provision`.") for fault in one.faults)
        elif one.changes:
            differs = "; ".join(
                f"{FIELDS[field]} is {now or 'empty'}" for field, (now, _) in one.changes.items()
            )
            yield fail(
                name, f"Set otherwise at the phone company: {differs}.", "Run `hotline lines provision`."
            )
        else:
            yield ok(name, "set as it should be")


def softphone(office: Office, settings: Settings) -> Iterator[Finding]:
    """What browsers need to be telephones."""
    given = settings.softphone
    if given is None:
        yield ok("softphone", "not used: screeners are called on their telephones")
        return
    real = pointing.is_real(settings.twilio_api_base_url)
    if real and given.kind == "simulator":
        yield fail("softphone", "It talks to a simulator, the lines do not.", "Set HOTLINE_SOFTPHONE=twilio.")
        return
    if len(given.api_key_secret.encode()) < SHORTEST_SECRET:
        yield warn("softphone", "TWILIO_API_KEY_SECRET is shorter than 32 bytes.", "Make a new API key.")
    application = office.application(given.app_sid)
    wanted = pointing.softphone_address(settings.public_voice_url)
    if application is None:
        yield fail("softphone", "The application TWILIO_APP_SID is not on the account.", "Correct it.")
    elif application.voice_url != wanted:
        words = f"The application asks {application.voice_url or 'nobody'}, not {wanted}."
        yield fail("softphone", words, "Run `hotline lines provision`.")
    else:
        yield ok("softphone", f"calls {wanted}")


def signature(carrier: Carrier, settings: Settings) -> Iterator[Finding]:
    """The exact address that is signed: a request for it is let in, one for a proxy's variant of it is not."""
    address = pointing.voice_address(settings.public_voice_url)
    signed = carrier.sign(address, _FORM)
    if signed is None:
        yield ok("signed address", f"{address} (only the phone company can sign: watch the log for 403)")
        return
    if not carrier.is_signed(address, _FORM, signed):
        words = f"A request signed for {address} is refused."
        yield fail(
            "signed address", words, "Choose another PUBLIC_VOICE_URL, without user name or IPv6 address."
        )
        return
    for variant in variants(address):
        if carrier.is_signed(address, _FORM, carrier.sign(variant, _FORM) or ""):
            words = f"A request signed for {variant} passes for {address}."
            yield fail("signed address", words, "Report this: signatures are not checked as they should be.")
            return
    yield ok("signed address", address)


def variants(address: str) -> list[str]:
    """How a proxy may misspell the address: another scheme, host or port, and a path cut short."""
    parts = urlsplit(address)
    other = "http" if parts.scheme == "https" else "https"
    return [
        urlunsplit(parts._replace(scheme=other)),
        urlunsplit(parts._replace(netloc=f"{parts.hostname}:18443")),
        urlunsplit(parts._replace(netloc="127.0.0.1:18001")),
        urlunsplit(parts._replace(path=parts.path.rpartition("/")[0])),
    ]


def voice_process(carrier: Carrier, settings: Settings) -> Iterator[Finding]:
    """It answers at the public address, lets in what is signed for that address, and nothing else."""
    base = settings.public_voice_url
    probe = f"{base}/voice/{_NO_PAGE}"
    try:
        with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
            ready = client.get(f"{base}/readyz")
            unsigned = client.post(probe, data=_FORM)
            headers = {carrier.signature_header: carrier.sign(probe, _FORM) or ""}
            signed = client.post(probe, data=_FORM, headers=headers)
    except httpx.HTTPError as error:
        words = f"Nothing answers at {base} ({type(error).__name__}): callers hear the fallback."
        yield fail("voice process", words, "Start the voice process, and look at what stands before it.")
        return
    if ready.status_code not in (200, 503) or unsigned.status_code != 403:
        words = (
            f"What answers at {base} is not the voice process, or lets anybody in ({unsigned.status_code})."
        )
        yield fail("voice process", words, "Point PUBLIC_VOICE_URL at it, and let the proxy pass /voice/.")
    elif carrier.sign(probe, _FORM) is not None and signed.status_code != 404:
        words = f"It refuses what the phone company signs for {base} ({signed.status_code})."
        remedy = (
            "Give the voice process the same PUBLIC_VOICE_URL and token, and let the proxy keep the path."
        )
        yield fail("voice process", words, remedy)
    else:
        yield from _readiness(ready)


def _readiness(answer: httpx.Response) -> Iterator[Finding]:
    state: Mapping[str, object] = answer.json()
    if answer.status_code == 200:
        yield ok("voice process", "ready, and takes only what is signed")
    else:
        words = f"It is not ready: database {state.get('database')}, {state.get('spool_files')} files in the spool."
        yield warn(
            "voice process", words, "Callers are held and kept in the spool until the database is back."
        )


def fallback(lines: Sequence[Line], settings: Settings) -> Iterator[Finding]:
    """The static answer is there for every line, and rings today's backup numbers."""
    base = settings.public_fallback_url
    real = pointing.is_real(settings.twilio_api_base_url)
    if not base:
        remedy = "Run `hotline lines fallback --out DIR`, upload it and set PUBLIC_FALLBACK_URL."
        words = "There is none: with everything down, callers hear an error."
        yield fail("fallback", words, remedy) if real else warn("fallback", words, remedy)
        return
    with httpx.Client(timeout=PATIENCE, trust_env=False) as client:
        for line in lines:
            if line.active:
                yield _fallback_of(client, base, settings.public_fallback_method, line)


def _fallback_of(client: httpx.Client, base: str, method: str, line: Line) -> Finding:
    name, entry = f"fallback {line.number}", pointing.fallback_file(line.number)
    again = "Run `hotline lines fallback --out DIR` and upload the folder again."
    names = [entry, *(entry.replace(".xml", f"-{code}.xml") for code in line.languages)]
    try:
        documents = [client.request(method, f"{base}/{one}") for one in names]
    except httpx.HTTPError as error:
        return fail(name, f"{base} does not answer ({type(error).__name__}).", "Start that host.")
    missing = [one for one, answer in zip(names, documents, strict=True) if answer.status_code != 200]
    if missing:
        return fail(name, f"{', '.join(missing)} can't be had from {base} by {method}.", again)
    for one, answer in zip(names, documents, strict=True):
        kind = answer.headers.get("content-type", "").partition(";")[0].strip()
        if kind not in ("text/xml", "application/xml"):
            return fail(name, f"{one} comes as {kind or 'nothing'}.", "Let the host serve .xml as text/xml.")
        if not _is_document(answer.text):
            return fail(name, f"{one} is no document for a telephone.", again)
    stale = [number for number in line.backup_numbers if any(number not in one.text for one in documents[1:])]
    if stale:
        return fail(name, f"It does not ring {', '.join(stale)}.", again)
    return ok(name, f"{base}/{entry}")


def _is_document(text: str) -> bool:
    try:
        return ElementTree.fromstring(text).tag == "Response"
    except ElementTree.ParseError:
        return False


def texting(office: Office) -> Iterator[Finding]:
    """Whether the networks would deliver text messages in our name."""
    state = office.texting()
    if state.services == 0:
        yield ok("text messages", "not used")
    elif state.registered:
        yield ok("text messages", f"{state.services} services, the sender is registered")
    else:
        words = (
            "There is a messaging service, but its sender is not registered: the networks drop what it sends."
        )
        yield warn(
            "text messages", words, "Register the brand and the campaign (A2P 10DLC) with the phone company."
        )
