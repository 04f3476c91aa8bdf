"""What every question of one page is shown with."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from screening_forms.fields import Answers
from screening_forms.model import Form
from screening_forms.people import name
from screening_forms.validation import Problem
from screening_forms.words import Language


@dataclass(frozen=True)
class Showing:
    """One view of one report: `given` are all answers, `shown` those that count, `derived` those nobody typed."""

    form: Form
    given: Answers
    shown: Answers
    derived: Answers
    language: Language
    spoken: Language
    problems: Mapping[str, Problem]
    versions: Mapping[str, int]
    typed: Mapping[str, str | Sequence[str]]
    names: Mapping[str, str]
    files: Mapping[str, str]
    roles: Collection[str] | None
    watched: frozenset[str]

    def name(self, entry: str) -> str:
        return self.names.get(entry) or name(self.form, entry, self.given, self.language)
