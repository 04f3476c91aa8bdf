"""Where the phone company asks about the calls of a line, and what of it can't work (pure)."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from hotline.telephony.books import Pointing

VOICE_WISHES = "#ct=1000&rt=3000&tt=4500&rc=1&rp=all"
"""Behind the voice address: connect within 1 s, answer within 3 s, once more after any failure, and after 4.5 s in
all the fallback is asked, so that a caller never waits longer than 5 s for a word (Twilio, "Webhooks: connection
overrides"; times in milliseconds)."""

FALLBACK_WISHES = "#ct=2000&rt=5000&rc=2&rp=all"
NEWS_WISHES = "#ct=2000&rt=5000&rc=3&rp=all"
"""News of a call's end may come late, but should come."""

LONGEST = 2048
"""Characters of an address: what every carrier and proxy on the way is known to take."""

SOFTPHONE = "Hotline softphone"
"""The name of the application that our browsers call."""

_NOWHERE = (".local", ".localhost", ".internal", ".test", ".example", ".invalid", ".lan", ".home.arpa")


def voice_address(base: str) -> str:
    """What is asked when a call comes in. `base` is PUBLIC_VOICE_URL."""
    return f"{base}/voice/incoming"


def status_address(base: str) -> str:
    """Where the end of a call is told."""
    return f"{base}/voice/call-status"


def softphone_address(base: str) -> str:
    """What is asked when a browser dials in."""
    return f"{base}/voice/softphone"


def fallback_file(number: str) -> str:
    """The name of the static answer for the line with that number."""
    return f"{number.removeprefix('+')}.xml"


def pointing(base: str, fallback_base: str, fallback_method: str, number: str) -> Pointing:
    """How a number must be set. Without `fallback_base` it has no fallback."""
    fallback = f"{fallback_base}/{fallback_file(number)}{FALLBACK_WISHES}" if fallback_base else ""
    return Pointing(
        voice_url=voice_address(base) + VOICE_WISHES,
        voice_method="POST",
        fallback_url=fallback,
        fallback_method=fallback_method if fallback else "POST",
        status_url=status_address(base) + NEWS_WISHES,
        status_method="POST",
    )


def faults_of(name: str, address: str, *, real: bool) -> list[str]:
    """What keeps an address from working, each with its remedy. `name` is the setting that it comes from.

    `real`: the phone company is out there, so it needs a public address with TLS; a simulated one is content with
    this machine. Sources: Twilio, "Webhooks" (no underscore in host names, TLS with a public certificate); its
    library drops a port beside a user name and breaks IPv6 addresses with a port when it checks signatures.
    """
    parts = urlsplit(address)
    host = parts.hostname or ""
    faults = []
    if parts.username or parts.password:
        faults.append("it carries a user name or password: signatures of such addresses fail.")
    if parts.fragment or parts.query:
        faults.append("it ends with a query or a fragment: give the address up to the path only.")
    if "_" in host:
        faults.append(f"the host name {host} has an underscore, which the phone company refuses.")
    if ":" in host:
        faults.append("it names an IPv6 address: signatures of such addresses fail. Use a host name.")
    if len(address) + len("/voice/incoming") + len(VOICE_WISHES) > LONGEST:
        faults.append(f"it is longer than {LONGEST} characters with what is added to it.")
    if real and parts.scheme != "https":
        faults.append("it does not begin with https://: callers' numbers would travel in the open.")
    if real and _is_private(host):
        faults.append(
            f"the phone company can't reach {host}: it is private to this network. Give a public host."
        )
    return [f"{name}: {fault}" for fault in faults]


def same_host(one: str, other: str) -> bool:
    """Whether two addresses would be down together."""
    return urlsplit(one).hostname == urlsplit(other).hostname


def is_real(api_base: str) -> bool:
    """Whether the phone company is out there, by the address of its interface; else it is simulated."""
    return not _is_private(urlsplit(api_base).hostname or "")


def _is_private(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or "." not in host or host.endswith(_NOWHERE)
    return not address.is_global
