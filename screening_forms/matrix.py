"""The allegation matrix: which victim and suspect stand together, and which pair nobody spoke of yet."""

from collections.abc import Sequence

from screening_forms.fields import Answers
from screening_forms.model import Form, Section
from screening_forms.people import people

VICTIM, SUSPECTED = "alleged_victim", "suspected"
"""The roles that make somebody a victim or a suspect of the matrix."""


def missing_pairs(form: Form, section: Section, shown: Answers) -> list[tuple[str, str]]:
    """Pairs of an alleged victim and a suspect ("children/1", "caregivers/2") without an allegation.

    Somebody is one by role; a victim also while no role was given, a suspect also by the answer that they are.
    """
    if section.matrix is None:
        return []
    said = {
        (shown.get(section.path("child", number)), shown.get(section.path("suspect", number)))
        for number in form.instances(section, shown)
    }
    everybody = people(form, shown)
    victims = [
        one for one in everybody if one.split("/")[0] in section.matrix.victims and _is_victim(one, shown)
    ]
    suspects = [
        one for one in everybody if one.split("/")[0] in section.matrix.suspects and _is_suspect(one, shown)
    ]
    return [
        (victim, suspect)
        for victim in victims
        for suspect in suspects
        if victim != suspect and (victim, suspect) not in said
    ]


def _is_victim(entry: str, shown: Answers) -> bool:
    roles = _roles(entry, shown)
    return VICTIM in roles or not roles


def _is_suspect(entry: str, shown: Answers) -> bool:
    return SUSPECTED in _roles(entry, shown) or shown.get(f"{entry}/suspected") == "yes"


def _roles(entry: str, shown: Answers) -> Sequence[str]:
    return shown.get(f"{entry}/roles") or ()
