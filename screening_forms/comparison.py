"""What differs between two versions of a form."""

from dataclasses import dataclass
from typing import Any

from screening_forms.model import Form


@dataclass(frozen=True)
class Difference:
    """Questions ("section/field") that are new, gone, or changed, and in what; and the answers' way to the new ones."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: dict[str, tuple[str, ...]]
    moved: dict[str, str]
    """Old question -> the new one that says it is the same."""

    @property
    def is_none(self) -> bool:
        return not (self.added or self.removed or self.changed)


def differences(old: Form, new: Form) -> Difference:
    """What became of each question between two versions; `changed` names the properties that differ."""
    before, after = _questions(old), _questions(new)
    changed = {
        path: tuple(sorted(name for name in before[path] if before[path][name] != after[path][name]))
        for path in before
        if path in after and before[path] != after[path]
    }
    return Difference(
        added=tuple(path for path in after if path not in before),
        removed=tuple(path for path in before if path not in after),
        changed=changed,
        moved={was: f"{section.id}/{field.id}" for section, field in new.each_field() for was in field.was},
    )


def _questions(form: Form) -> dict[str, dict[str, Any]]:
    """Every question with its properties; those of the section that bear on it are among them."""
    return {
        f"{section.id}/{field.id}": field.model_dump(by_alias=True)
        | {
            "repeat": section.repeat,
            "section_show_when": section.show_when and section.show_when.model_dump(),
        }
        for section, field in form.each_field()
    }
