"""Load the packs: a folder per jurisdiction, a folder per effective date. A faulty pack stops the start."""

import datetime
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from hotline.policy import areas, checks
from hotline.policy.areas import AreaBook, Coverage
from hotline.policy.errors import NoPackInForce, PackError
from hotline.policy.model import Head, Pack, Rules
from screening_forms.yaml_marks import Marked, first_fault, read

PACKS = Path(__file__).parent / "packs"

_Model = TypeVar("_Model", bound=BaseModel)


@dataclass(frozen=True)
class Shelf:
    """All packs, oldest first within a jurisdiction."""

    packs: tuple[Pack, ...]

    def jurisdictions(self) -> tuple[str, ...]:
        return tuple(sorted({pack.jurisdiction for pack in self.packs}))

    def versions(self, jurisdiction: str) -> tuple[Pack, ...]:
        return tuple(pack for pack in self.packs if pack.jurisdiction == jurisdiction)

    def get(self, jurisdiction: str, version: str) -> Pack:
        """The pack of that effective date ("2010-10-28"); raises NoPackInForce."""
        for pack in self.versions(jurisdiction):
            if pack.version == version:
                return pack
        raise NoPackInForce(f"There is no pack {jurisdiction} of {version}.")

    def in_force(self, jurisdiction: str, received_at: datetime.datetime) -> Pack:
        """The pack that judges a report received then: the local date counts. Raises NoPackInForce."""
        if received_at.tzinfo is None:
            raise ValueError("received_at needs a time zone")
        for pack in reversed(self.versions(jurisdiction)):
            if pack.head.effective <= received_at.astimezone(pack.rules.calendar.zone).date():
                return pack
        known = ", ".join(pack.version for pack in self.versions(jurisdiction)) or "none"
        raise NoPackInForce(
            f"No pack of {jurisdiction} was in force on {received_at:%Y-%m-%d} (there are: {known})."
        )


def load_packs(folder: Path = PACKS) -> Shelf:
    """Every pack below `folder`. Raises PackError for the first fault, with file, line and remedy."""
    found = [
        load_pack(version)
        for jurisdiction in _folders(folder)
        for version in _folders(jurisdiction)
        if (version / "pack.yaml").exists()
    ]
    return Shelf(tuple(sorted(found, key=lambda pack: (pack.jurisdiction, pack.head.effective))))


def jurisdictions(folder: Path = PACKS) -> tuple[str, ...]:
    """Every jurisdiction that has a pack, without reading any."""
    return tuple(path.name for path in _folders(folder))


def load_pack(folder: Path) -> Pack:
    """The pack in one folder `<jurisdiction>/<effective date>`; raises PackError."""
    marked = read(folder / "pack.yaml", PackError)
    head = _parsed(marked, Head)
    _placed(marked, head, folder)
    book_marked, partners_marked = (
        read(folder / "areas.yaml", PackError),
        read(folder / "partners.yaml", PackError),
    )
    book, coverage = _parsed(book_marked, AreaBook), _parsed(partners_marked, Coverage)
    for name, location, problem in areas.faults(book, coverage):
        at = book_marked if name == "areas" else partners_marked
        raise PackError(at.file, at.line_of(location), problem, "Correct or remove it.")
    rules, rules_marked = _rules(marked, head)
    digest = _digest(
        [marked, book_marked, partners_marked, *([rules_marked] if rules_marked is not marked else [])]
    )
    pack = Pack(head=head, rules=rules, areas=book, coverage=coverage, digest=digest)
    _refuse(rules_marked, checks.service_faults(pack))
    return pack


def _rules(marked: Marked, head: Head) -> tuple[Rules, Marked]:
    """The rules of this pack, its own or those of the version that it names."""
    if head.rules is not None:
        _refuse(marked, checks.faults(head.rules))
        return head.rules, marked
    other = read(marked.file.parent.parent / str(head.same_rules_as) / "pack.yaml", PackError)
    rules = _parsed(other, Head).rules
    if rules is None:
        problem = f"The pack {head.same_rules_as} has no rules of its own."
        raise PackError(
            marked.file, marked.line_of(("same_rules_as",)), problem, "Name the version that has them."
        )
    _refuse(other, checks.faults(rules))
    return rules, other


def _refuse(marked: Marked, faults: Iterable[checks.Fault]) -> None:
    for fault in faults:
        raise PackError(marked.file, marked.line_of(("rules", *fault.location)), fault.problem, fault.remedy)


def _placed(marked: Marked, head: Head, folder: Path) -> None:
    for key, written, named in (
        ("jurisdiction", head.jurisdiction, folder.parent.name),
        ("effective", head.effective.isoformat(), folder.name),
    ):
        if written != named:
            problem = f"{key} is {written!r}, the folder says {named!r}."
            raise PackError(marked.file, marked.line_of((key,)), problem, "Make both the same.")


def _parsed(marked: Marked, model: type[_Model]) -> _Model:
    try:
        return model.model_validate(marked.data)
    except ValidationError as error:
        raise first_fault(marked, error, PackError) from error


def _digest(files: list[Marked]) -> str:
    content = "\0".join(marked.text for marked in files)
    return hashlib.sha256(content.encode("utf-8")).hexdigest()


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(("_", ".")))
