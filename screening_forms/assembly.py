"""Put a definition together: what it includes from shared files, and its addresses part by part.

`{include: "people.v1.yaml#names"}` stands for what that file of the folder `shared` says under that name. A list
that is included into a list is joined to it; beside `include`, a mapping may say what it changes. Every value
keeps the file and the line that it came from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from screening_forms import addresses
from screening_forms.errors import FormError
from screening_forms.yaml_marks import Location, Marked, read

_TARGET = re.compile(r"([a-z0-9_]+\.v[1-9][0-9]*\.yaml)#([a-z][a-z0-9_]*)")


@dataclass
class Assembled:
    """A definition as one piece of data. `files` are the definition and what it includes."""

    data: object
    places: dict[Location, tuple[Path, int]]
    files: tuple[Path, ...]

    def place(self, location: Location) -> tuple[Path, int]:
        """File and line of the deepest known value on the way to `location`."""
        known: Location = ()
        for part in location:
            # pydantic puts names of union members into a location; the file does not know them
            if (*known, part) in self.places:
                known = (*known, part)
        return self.places[known]


def assemble(file: Path) -> Assembled:
    """The definition in `file`, whole. Raises FormError for a fault in it or in a file that it includes."""
    marked = read(file, FormError)
    table = _Table(file.parent.parent / "shared")
    data = table.put(_At(marked, (), ()), marked.data, ())
    return Assembled(data, table.places, (file, *sorted(table.read)))


@dataclass(frozen=True)
class _At:
    """A place in a file, and the inclusions that led there."""

    marked: Marked
    location: Location
    through: tuple[str, ...]

    def __truediv__(self, part: str | int) -> "_At":
        return _At(self.marked, (*self.location, part), self.through)

    @property
    def line(self) -> int:
        return self.marked.line_of(self.location)

    def fault(self, problem: str, remedy: str) -> FormError:
        return FormError(self.marked.file, self.line, problem, remedy)


@dataclass
class _Table:
    """Where the pieces are put together."""

    shared: Path
    places: dict[Location, tuple[Path, int]] = field(default_factory=dict)
    read: dict[Path, Marked] = field(default_factory=dict)

    def put(self, at: _At, given: object, to: Location) -> Any:
        """The value `given` at `at`, assembled for the place `to`."""
        self.places[to] = (at.marked.file, at.line)
        if isinstance(given, Mapping):
            return self._mapping(at, given, to)
        return self._list(at, given, to) if isinstance(given, list) else given

    def _mapping(self, at: _At, given: Mapping[str, object], to: Location) -> Any:
        if "include" not in given:
            return {key: self.put(at / key, value, (*to, key)) for key, value in given.items()}
        source, value = self._included(at / "include", given["include"])
        made = self.put(source, value, to)
        more = {key: value for key, value in given.items() if key != "include"}
        if more and not isinstance(made, dict):
            raise at.fault(
                "What is included is no mapping, so nothing in it can be changed.", "Include it alone."
            )
        for key, other in more.items():
            made[key] = self.put(at / key, other, (*to, key))
        return made

    def _list(self, at: _At, given: list[object], to: Location) -> list[Any]:
        made: list[Any] = []
        for position, value in enumerate(given):
            self._append(at / position, value, to, made)
        return made

    def _append(self, at: _At, value: object, to: Location, made: list[Any]) -> None:
        """Put one item of a list behind the others; an included list and an address become several."""
        if isinstance(value, Mapping) and set(value) == {"include"}:
            source, target = self._included(at / "include", value["include"])
            if isinstance(target, list):
                for position, item in enumerate(target):
                    self._append(source / position, item, to, made)
                return
        if to and to[-1] == "fields" and addresses.is_address(value):
            self._address(at, value, to, made)
            return
        made.append(self.put(at, value, (*to, len(made))))

    def _address(self, at: _At, value: object, to: Location, made: list[Any]) -> None:
        whole: Location = ("an address",)
        field_ = self.put(at, value, whole)
        try:
            parts = addresses.expanded(field_)
        except ValueError as error:
            raise at.fault(str(error), "Correct the address.") from error
        for part, name in parts:
            here: Location = (*to, len(made))
            self.places[here] = (at.marked.file, at.line)
            said: Location = (*whole, "parts", name)
            for location, place in list(self.places.items()):
                if location[: len(said)] == said:
                    self.places[(*here, *location[len(said) :])] = place
            made.append(part)
        self.places = {location: place for location, place in self.places.items() if location[:1] != whole}

    def _included(self, at: _At, target: object) -> tuple[_At, object]:
        found = _TARGET.fullmatch(target) if isinstance(target, str) else None
        if found is None:
            raise at.fault(f"{target!r} is no inclusion.", 'Write it as "file.v1.yaml#name".')
        if target in at.through:
            raise at.fault(f"{target!r} includes itself.", "Break the circle.")
        file = self.shared / found[1]
        if file not in self.read:
            if not file.is_file():
                raise at.fault(f"There is no file shared/{found[1]}.", "Correct the name of the file.")
            self.read[file] = read(file, FormError)
        marked = self.read[file]
        if not isinstance(marked.data, Mapping) or found[2] not in marked.data:
            raise at.fault(f"shared/{found[1]} has no {found[2]!r}.", "Correct the name behind the #.")
        through = (*at.through, str(target))
        return _At(marked, (found[2],), through), marked.data[found[2]]
