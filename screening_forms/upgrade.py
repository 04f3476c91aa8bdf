"""Bring answers from one version of a form to another: nothing is lost, and nothing is invented."""

from collections.abc import Mapping, Sequence

from screening_forms.errors import UnknownField, ValueProblem
from screening_forms.fields import SEVERAL, Answers, Field, Kind, Value
from screening_forms.model import Form
from screening_forms.parsing import parse

_ALSO_FITS: Mapping[Kind, frozenset[Kind]] = {
    "text": frozenset({"long_text", "copied"}),
    "copied": frozenset({"text", "long_text"}),
    "long_text": frozenset(),
    "date": frozenset({"partial_date"}),
    "yes_no_unknown": frozenset({"select"}),
    "select": frozenset({"multi_select"}),
}
"""Kinds that keep the meaning of an answer of another kind. The same kind always may."""


def upgrade(old: Form, new: Form, answers: Answers) -> tuple[dict[str, Value], dict[str, Value]]:
    """The answers that have a home in `new`, and those left over, each under the path it had.

    A question keeps its answer when the new form has it at the same path, or says by `was` that it is the same,
    and when its kind and choices take that answer as it stands. Of several choices, those that are no longer
    offered are left over and the others kept.
    """
    kept: dict[str, Value] = {}
    left_over: dict[str, Value] = {}
    moved = {was: f"{section.id}/{field.id}" for section, field in new.each_field() for was in field.was}
    # An answer that stays in its place goes before one that comes from elsewhere.
    for path in sorted(answers, key=lambda path: (_plain(path) in moved, path)):
        value = _copy(answers[path])
        home = _home(old, new, path, moved)
        if home is None or home[0] in kept:
            left_over[path] = value
            continue
        fitting, rest = _fit(home[1], home[2], value)
        if fitting is not None:
            kept[home[0]] = fitting
        if rest is not None:
            left_over[path] = rest
    return kept, left_over


def _home(old: Form, new: Form, path: str, moved: Mapping[str, str]) -> tuple[str, Field, Field] | None:
    """Where the new form asks the question of a path: that path, the old question and the new one."""
    parts = path.split("/")
    target = moved.get(_plain(path), _plain(path)).split("/")
    place = "/".join([target[0], *parts[1:-1], target[-1]])
    try:
        before, after = old.field_at(path), new.field_at(place)
    except UnknownField:
        return None
    return place, before, after


def _fit(before: Field, after: Field, value: Value) -> tuple[Value | None, Value | None]:
    """What of a value the new question takes as it stands, and what it does not; None for nothing."""
    if not value:
        return value if after.kind == before.kind else None, None if after.kind == before.kind else value
    if after.kind != before.kind and after.kind not in _ALSO_FITS.get(before.kind, frozenset()):
        return None, value
    if isinstance(value, list):
        fitting = [one for one in value if _takes(after, [one])]
        rest = [one for one in value if one not in fitting]
        return fitting or None, rest or None
    wrapped: Value = [value] if after.kind in SEVERAL else value
    return (wrapped, None) if _takes(after, wrapped) else (None, value)


def _takes(field: Field, value: Value) -> bool:
    try:
        return parse(field, value) == value
    except ValueProblem:
        return False


def _plain(path: str) -> str:
    """The question of a path, whichever entry it belongs to."""
    parts = path.split("/")
    return f"{parts[0]}/{parts[-1]}"


def _copy(value: str | Sequence[str]) -> Value:
    return value if isinstance(value, str) else list(value)
