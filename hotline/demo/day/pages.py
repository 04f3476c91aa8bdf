"""Reading a page as a person without script does: its words, links and forms; and sending those forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin

import httpx

from hotline.base.errors import HotlineError

Value = str | list[str]


class PageProblem(HotlineError):
    """A page did not answer, or lacks what a person would look for on it."""


@dataclass(frozen=True)
class Button:
    """A way to send a form."""

    name: str
    value: str
    words: str
    action: str
    """Where it sends the form instead of the form's own address; empty for there."""


@dataclass
class Form:
    """One form: where it goes, what it would send as it stands, and its buttons."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    """Every value that each group of radio buttons, check boxes or options offers."""
    buttons: list[Button] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether a control of that name stands in the form."""
        return name in self.values or name in self.choices

    def button(self, wanted: str | None) -> Button | None:
        """The button with that name, value or wording, or the first for None; PageProblem when it is missing."""
        found = next((one for one in self.buttons if wanted in (None, one.name, one.value, one.words)), None)
        if found is None and wanted is not None:
            raise PageProblem(f"The form to {self.action} has no button '{wanted}'.")
        return found


@dataclass
class Page:
    """What came back. `links` are (address, words)."""

    url: str
    status: int
    text: str
    forms: list[Form]
    links: list[tuple[str, str]]

    def form_to(self, part: str) -> Form:
        """The first form that goes to an address containing `part`; raises PageProblem."""
        found = self.find(part)
        if found is None:
            raise PageProblem(f"{self.url} has no form to '{part}' (status {self.status}).")
        return found

    def find(self, part: str) -> Form | None:
        """The first form that goes to an address containing `part`, if there is one."""
        return next((form for form in self.forms if part in form.action), None)


class _Reader(HTMLParser):
    """Collects forms and links. Controls that belong to no form are left out, as a browser would leave them."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self._by_id: dict[str, Form] = {}
        self._form: Form | None = None
        self._open: dict[str, str] = {}
        """Attributes of the select, text area, button or link that is being read."""
        self._owner: Form | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value if value is not None else "" for name, value in attrs}
        if tag == "form":
            address = urljoin(self._url, known.get("action") or self._url)
            self._form = Form(address, known.get("method", "get").lower())
            self.forms.append(self._form)
            self._by_id[known.get("id", "")] = self._form
        elif tag == "a" and "href" in known:
            self._open, self._words = known, []
        elif tag == "option" and self._owner is not None:
            self._option(self._owner, known)
        elif tag in ("input", "select", "textarea", "button"):
            self._owner = self._by_id.get(known["form"]) if "form" in known else self._form
            if self._owner is not None and "disabled" not in known:
                self._control(self._owner, tag, known)
            else:
                self._owner = None

    def _control(self, form: Form, tag: str, known: dict[str, str]) -> None:
        name = known.get("name", "")
        if tag == "input":
            self._input(form, name, known)
            return
        self._open, self._words = known, []
        if tag == "select":
            form.choices.setdefault(name, [])

    def _option(self, form: Form, known: Mapping[str, str]) -> None:
        listed = self._open.get("name", "")
        form.choices.setdefault(listed, []).append(known.get("value", ""))
        if "selected" in known:
            form.values.setdefault(listed, []).append(known.get("value", ""))

    def _input(self, form: Form, name: str, known: Mapping[str, str]) -> None:
        kind, value = known.get("type", "text"), known.get("value", "")
        if kind == "submit":
            form.buttons.append(self._as_button(known, value))
        elif kind in ("radio", "checkbox"):
            form.choices.setdefault(name, []).append(known.get("value", "on"))
            if "checked" in known:
                form.values.setdefault(name, []).append(known.get("value", "on"))
        elif name and kind not in ("button", "image", "reset", "file"):
            form.values.setdefault(name, []).append(value)

    def _as_button(self, known: Mapping[str, str], words: str) -> Button:
        elsewhere = known.get("formaction", "")
        action = urljoin(self._url, elsewhere) if elsewhere else ""
        return Button(known.get("name", ""), known.get("value", ""), " ".join(words.split()), action)

    def handle_data(self, data: str) -> None:
        self._words.append(data)

    def handle_endtag(self, tag: str) -> None:
        words, known, form = "".join(self._words), self._open, self._owner
        if tag == "form":
            self._form = None
        elif tag == "a" and "href" in known:
            self.links.append((urljoin(self._url, known["href"]), " ".join(words.split())))
        elif form is not None and tag == "select":
            name = known.get("name", "")
            if name not in form.values:
                form.values[name] = form.choices.get(name, [])[:1]
        elif form is not None and tag == "textarea":
            form.values.setdefault(known.get("name", ""), []).append(words.removeprefix("\n"))
        elif form is not None and tag == "button" and known.get("type", "submit") == "submit":
            form.buttons.append(self._as_button(known, words))


def read_page(url: str, status: int, text: str) -> Page:
    """Understand a page's forms and links."""
    reader = _Reader(url)
    reader.feed(text)
    reader.close()
    return Page(url, status, text, reader.forms, reader.links)


class Browser:
    """Somebody at a browser without script."""

    def __init__(self, web_url: str) -> None:
        self._http = httpx.Client(base_url=web_url, timeout=20, follow_redirects=True, trust_env=False)

    def open(self, path: str) -> Page:
        """Fetch a page; raises PageProblem for an error of the server or no answer."""
        return self._understood("GET", path, None)

    def send(
        self, form: Form, changes: Mapping[str, Value] | None = None, *, button: str | None = None
    ) -> Page:
        """Send a form with some answers changed, by the button of that name, value or wording (None: the first).

        Raises PageProblem when there is no such button or the server fails.
        """
        values = {**form.values}
        for name, value in (changes or {}).items():
            values[name] = [value] if isinstance(value, str) else list(value)
        pressed = form.button(button)
        if pressed is not None and pressed.name:
            values[pressed.name] = [pressed.value]
        address = pressed.action if pressed is not None and pressed.action else form.action
        return self._understood(form.method.upper(), address, values)

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in; raises PageProblem when that is refused."""
        page = self.send(self.open("/sign-in").form_to("/sign-in"), {"email": email, "password": password})
        if page.find("/sign-in") is not None:
            raise PageProblem(f"{email} could not sign in (status {page.status}).")
        return page

    @property
    def cookies(self) -> httpx.Cookies:
        """What the browser was given to remember: who is signed in."""
        return self._http.cookies

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _understood(self, method: str, address: str, values: Mapping[str, list[str]] | None) -> Page:
        try:
            if method == "GET":
                answer = self._http.get(address, params=values)
            else:
                answer = self._http.request(method, address, data=values)
        except httpx.HTTPError as error:
            raise PageProblem(f"{method} {address}: {type(error).__name__}") from error
        if answer.status_code >= 500:
            raise PageProblem(f"{method} {address} answered {answer.status_code}.")
        return read_page(str(answer.url), answer.status_code, answer.text)
