"""What a question offers to choose from: its options, yes and no, people of the report, files."""

from screening_forms.conditions import offered
from screening_forms.fields import UNKNOWN, Field
from screening_forms.model import Section
from screening_forms.people import NOT_KNOWN, people
from screening_forms.showing import Showing
from screening_forms.views import OptionView
from screening_forms.wording import NO, YES

_Choice = tuple[str, str, str | None]
"""Value, label, heading."""


def choices(
    showing: Showing, section: Section, number: int | None, field: Field, values: tuple[str, ...]
) -> tuple[OptionView, ...]:
    """The choices of one question. What was chosen stays among them, even when it is no longer offered.

    Otherwise saving the section would throw that answer away.
    """
    language = showing.language
    if field.kind == "yes_no_unknown":
        found: list[_Choice] = [
            (value, label.in_(language), None)
            for value, label in (("yes", YES), ("no", NO), (UNKNOWN, NOT_KNOWN))
        ]
    elif field.kind == "person":
        found = _people(showing, field, values)
    elif field.kind == "file":
        found = [(value, label, None) for value, label in showing.files.items()]
        found += [(value, value, None) for value in values if value not in showing.files]
    else:
        now = {option.value for option in offered(field, section, number, showing.shown)}
        headings = {group.id: group.label.in_(language) for group in field.groups}
        found = [
            (option.value, option.label.in_(language), headings.get(option.group or ""))
            for option in field.options
            if option.value in now or option.value in values
        ]
    control = "f-" + section.path(field.id, number).replace("/", "-")
    return tuple(
        OptionView(f"{control}-{value.replace('/', '-')}", value, label, value in values, heading)
        for value, label, heading in found
    )


def _people(showing: Showing, field: Field, values: tuple[str, ...]) -> list[_Choice]:
    """Everybody who was entered in these sections, somebody chosen who no longer is, and nobody known."""
    entries = [entry for entry in people(showing.form, showing.given) if entry.split("/")[0] in field.people]
    gone = [value for value in values if value not in entries and value.split("/")[0] in field.people]
    named: list[_Choice] = [(entry, showing.name(entry), None) for entry in (*entries, *gone)]
    return [*named, (UNKNOWN, NOT_KNOWN.in_(showing.language), None)]
