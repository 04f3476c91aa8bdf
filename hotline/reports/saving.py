"""What becomes of a value that was typed on an older one: a pure decision, so that nothing is overwritten unseen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from hotline.reports.merging import merge_choices, merge_text, writes_on
from screening_forms.model import Field, Value

_STAMP = re.compile(r"(?P<page>[0-9a-f]{16,40})\.(?P<count>[0-9]{1,9})")


@dataclass(frozen=True)
class Origin:
    """Where a value came from: `by` is a person's id, `stamp` says which page sent it as its how-manieth.

    A stamp reads `<random hex>.<count>`. Both are empty when not known.
    """

    by: str = ""
    stamp: str = ""


@dataclass(frozen=True)
class Typed:
    """A value that somebody typed, `seen` being the one that the page showed before; None when that is not known."""

    value: Value
    seen: Value | None
    origin: Origin


@dataclass(frozen=True)
class Settled:
    """What is to be stored. `how`: as typed, or merged with the present value, or nothing (`late`)."""

    value: Value
    how: Literal["typed", "merged", "late"]


def settle(field: Field, present: Value, origin: Origin, typed: Typed) -> Settled | None:
    """The outcome when the field moved on to `present` since `typed` was begun; None when a person must choose.

    A page that sends again because the answer was lost meets its own value: then the later count holds, whatever
    came first. Long texts are merged by paragraphs and marks one by one. A person's own text that goes on where
    their earlier one stopped, as after a reload while saving, stands for both.
    """
    order = _order(origin.stamp, typed.origin.stamp)
    if order is not None:
        return Settled(typed.value, "typed") if order else Settled(present, "late")
    if typed.seen is None:
        return None
    own = bool(origin.by) and origin.by == typed.origin.by
    merged = _merge(field, typed.seen, typed.value, present, own)
    return None if merged is None else Settled(merged, "merged")


def _order(there: str, coming: str) -> bool | None:
    """Whether the value that is coming is newer than the one that is there; None when two pages sent them."""
    one, other = _STAMP.fullmatch(there), _STAMP.fullmatch(coming)
    if one is None or other is None or one["page"] != other["page"]:
        return None
    return int(other["count"]) > int(one["count"])


def _merge(field: Field, seen: Value, mine: Value, theirs: Value, own: bool) -> Value | None:
    if field.kind == "multi_select":
        kept = merge_choices(list(seen), list(mine), list(theirs))
        return [option.value for option in field.options if option.value in kept]
    if isinstance(seen, list) or isinstance(mine, list) or isinstance(theirs, list):
        return None
    if field.kind == "long_text":
        merged = merge_text(seen, mine, theirs, own=own)
        return merged.rstrip() if merged is not None and len(merged) <= field.longest else None
    if field.kind == "text" and own:
        return mine if writes_on(seen, theirs, mine) else theirs if writes_on(seen, mine, theirs) else None
    return None
