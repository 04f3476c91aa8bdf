"""`kind: address`: one question in a definition, a plain question for each part in the loaded form.

An address named home becomes home_street, home_unit, home_town, home_zip, home_county and home_state, bound by
`group: home`. `parts` adds to what a part is by itself; a part that is `null` is left out.
"""

from collections.abc import Mapping
from typing import Any

PARTS: Mapping[str, Mapping[str, Any]] = {
    "street": {"en": "Street and number", "es": "Calle y número", "personal": True},
    "unit": {"en": "Apartment or unit", "es": "Apartamento o unidad", "personal": True, "max_length": 40},
    "town": {"en": "Town", "es": "Localidad"},
    "zip": {"en": "ZIP code", "es": "Código postal", "max_length": 10},
    "county": {"en": "County", "es": "Condado", "max_length": 60},
    "state": {"en": "State", "es": "Estado", "max_length": 40},
}

_OF_ALL = ("view", "edit", "identity")
_OF_FIRST = ("prompt", "prompts", "help", "example")
_ALLOWED = {"id", "kind", "label", "parts", "personal", "show_when", *_OF_ALL, *_OF_FIRST}


def is_address(field: object) -> bool:
    """Is this raw field of a definition an address?"""
    return isinstance(field, Mapping) and field.get("kind") == "address"


def expanded(field: Mapping[str, Any]) -> list[tuple[dict[str, Any], str]]:
    """The raw fields of an address, each with the name of its part; raises ValueError with what is wrong.

    What else is wrong with them is found when they are read as fields.
    """
    parts = field.get("parts") or {}
    unknown = sorted(set(field) - _ALLOWED)
    if unknown:
        raise ValueError(f"An address has no {unknown[0]!r} of its own.")
    if not isinstance(parts, Mapping) or set(parts) - set(PARTS):
        raise ValueError(f"The parts of an address are {', '.join(PARTS)}.")
    label = field.get("label")
    if not isinstance(field.get("id"), str) or not isinstance(label, Mapping) or {"en", "es"} - set(label):
        raise ValueError("An address has an id and a label in en and es.")
    kept = [name for name in PARTS if name not in parts or parts[name] is not None]
    return [(_part(field, label, name, parts.get(name) or {}, first=name == kept[0]), name) for name in kept]


def _part(
    field: Mapping[str, Any], label: Mapping[str, Any], name: str, more: Mapping[str, Any], *, first: bool
) -> dict[str, Any]:
    usual = dict(PARTS[name])
    short = {language: usual.pop(language) for language in ("en", "es")}
    made: dict[str, Any] = {
        "id": f"{field['id']}_{name}",
        "kind": "select" if "options" in more else "text",
        "short": short,
        "label": {code: f"{label[code]}: {short[code][0].lower()}{short[code][1:]}" for code in short},
        "group": field["id"],
        "group_label": dict(label),
    }
    if name == "zip":
        made["label"]["en"] = f"{label['en']}: ZIP code"
    made |= usual
    if made["kind"] == "select":
        made.pop("max_length", None)
    if not field.get("personal", True):
        made.pop("personal", None)
    made |= {key: field[key] for key in (*_OF_ALL, *(_OF_FIRST if first else ())) if key in field}
    conditions = [one["show_when"] for one in (field, more) if "show_when" in one]
    made |= dict(more)
    if conditions:
        made["show_when"] = conditions[0] if len(conditions) == 1 else {"all": conditions}
    return made
