"""The answers of a form as JSON Schema (draft 2020-12), for whoever reads them elsewhere."""

import re
from typing import Any

from screening_forms.conditions import YES_NO_UNKNOWN
from screening_forms.fields import UNKNOWN, Field
from screening_forms.model import MAX_INSTANCES, Form, Section

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_ENTRY = "|".join(str(number) for number in range(MAX_INSTANCES, 0, -1))
_DATE = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_PATTERNS = {
    "number": r"0|[1-9][0-9]{0,8}",
    "date": _DATE,
    "partial_date": r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?",
    "time": r"([01][0-9]|2[0-3]):[0-5][0-9]",
}
_FILE = "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"


def json_schema(form: Form) -> dict[str, Any]:
    """The schema of one object that maps paths to answers, as the forms keep them.

    A path of an entry has its number in it ("children/1/age"). "" and [] stand for an answer that was taken away.
    What depends on other answers is not in the schema: a hidden question keeps its answer.
    """
    once, repeated = {}, {}
    for section, field in form.each_field():
        if not field.takes_answer:
            continue
        if section.repeat:
            repeated[f"^{section.id}/({_ENTRY})/{field.id}$"] = _field(form, section, field)
        else:
            once[f"{section.id}/{field.id}"] = _field(form, section, field)
    return {
        "$schema": DIALECT,
        "$id": f"urn:hotline:form:{form.id}:{form.version}",
        "title": form.title.en,
        "type": "object",
        "properties": once,
        "patternProperties": repeated,
        "additionalProperties": False,
    }


def _field(form: Form, section: Section, field: Field) -> dict[str, Any]:
    said = [text.en for text in (field.help, field.example) if text is not None]
    shape = {"title": f"{section.title.en}: {field.label.en}", **_shape(field)}
    if said:
        shape["description"] = " ".join(said)
    marks = {"personal": field.personal, "identity": field.identity}
    return shape | {f"x-{mark}": True for mark, given in marks.items() if given}


def _shape(field: Field) -> dict[str, Any]:
    if field.kind == "multi_select":
        values = [option.value for option in field.options]
        return {"type": "array", "items": {"enum": values}, "uniqueItems": True}
    if field.kind == "file":
        return {"type": "array", "items": {"type": "string", "pattern": _FILE}, "uniqueItems": True}
    if field.kind == "select":
        return {"enum": ["", *(option.value for option in field.options)]}
    if field.kind == "yes_no_unknown":
        return {"enum": ["", *YES_NO_UNKNOWN]}
    if field.kind == "person":
        entries = f"({'|'.join(map(re.escape, field.people))})/({_ENTRY})"
        return {"type": "string", "pattern": f"^({entries}|{UNKNOWN})?$"}
    if field.kind in _PATTERNS:
        return {"type": "string", "pattern": f"^({_PATTERNS[field.kind]}|{UNKNOWN})?$"}
    return {"type": "string", "maxLength": field.longest}
