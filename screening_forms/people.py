"""The people of a report: who was entered, and what each is called."""

from screening_forms.fields import UNKNOWN, Answers
from screening_forms.model import Form, Section, instances
from screening_forms.words import Language, Words


def people(form: Form, answers: Answers) -> list[str]:
    """Everybody of whom something was entered ("children/1"), in the order of the form."""
    given = [path for path, value in answers.items() if value]
    return [
        f"{section.id}/{number}"
        for section in form.people_sections()
        for number in instances(section.id, given)
    ]


def names(form: Form, answers: Answers, language: Language) -> dict[str, str]:
    """Everybody of `people` with a name: "Ana Ruiz (Child 1)", or "Child 1" while nothing tells who it is."""
    return {entry: name(form, entry, answers, language) for entry in people(form, answers)}


def name(form: Form, entry: str, answers: Answers, language: Language) -> str:
    """What one person is called, also when nothing is entered there any more. Raises UnknownField."""
    if entry == UNKNOWN:
        return NOT_KNOWN.in_(language)
    section_id, _, number = entry.partition("/")
    section = form.section(section_id)
    called = f"{_one(section).in_(language)} {number}"
    parts = (answers.get(f"{entry}/first_name"), answers.get(f"{entry}/last_name"))
    full = " ".join(part for part in parts if isinstance(part, str) and part and part != UNKNOWN)
    described = answers.get(f"{entry}/description")
    if not full and isinstance(described, str):
        full = described if len(described) <= _LONGEST else f"{described[: _LONGEST - 1].rstrip()}…"
    return f"{full} ({called})" if full else called


def _one(section: Section) -> Words:
    return section.one or section.title


_LONGEST = 40
"""How much of a description stands for the name that nobody knows."""

NOT_KNOWN = Words(en="Not known", es="No se sabe")
