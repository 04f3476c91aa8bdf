"""A faulty definition stops the start and says where, what and how to mend it."""

import shutil
from pathlib import Path

import pytest

from screening_forms.errors import FormError, UnknownField, UnknownForm
from screening_forms.loader import DEFINITIONS, load_form, load_forms
from screening_forms.model import Form
from tests.support.helpline import EVERY_KIND, FORMS

NAME = "child_abuse_report.v1.yaml"
SHELF = load_forms()


@pytest.fixture
def definition(tmp_path: Path) -> Path:
    (tmp_path / "california").mkdir()
    return Path(shutil.copy(DEFINITIONS / "california" / NAME, tmp_path / "california" / NAME))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("version: 1\n", "version: 1\nversion: 2\n", "'version' stands here twice"),
        ("version: 1\n", "version: 2\n", "the file name says otherwise"),
        ("version: 1\n", "version: one\n", "version: Input should be a valid integer"),
        ("id: california-report\n", "", "id: Field required"),
        ("        identity: true\n", "        identitty: true\n", "Extra inputs"),
        ("kind: long_text", "kind: longtext", "kind: Input should be"),
        ("  - id: caregivers\n", "  - id: children\n", "'children' is there twice"),
        ("{id: last_name, kind: text, personal: true, label: {en: \"Last names\", es: \"Apellidos\"}}",
         "{id: first_name, kind: text, label: {en: \"Last names\", es: \"Apellidos\"}}", "is there twice"),
        ("show_when: {field: mandated, is: \"yes\"}", "show_when: {field: mandate, is: x}", "no earlier question"),
        ("show_when: {field: mandated, is: \"yes\"}", "show_when: {field: agency, is: \"yes\"}", "no earlier question"),
        ("show_when: {field: mandated, is: \"yes\"}", "show_when: {field: mandated, is: \"si\"}", "never is 'si'"),
        ("show_when: {field: mandated, is: \"yes\"}", "show_when: {field: mandated}", "exactly one of is"),
        ("show_when: {field: duplicate, is: \"yes\"}", "show_when: {field: children/age, is_set: true}", "repeats"),
        ("take: lowest, age_from: birth_date", "take: only", "does not fit a section that repeats"),
        ("take: lowest, age_from: birth_date", "take: union", "does not fit number"),
        ("take: lowest, age_from: birth_date", "take: any_yes", "needs a yes_no_unknown"),
        ("take: lowest, age_from: birth_date", "take: lowest, age_from: school", "no date of the same section"),
        ("take: any_below, limit: 18", "take: any_below", "limit belongs to any_below"),
        ("fact: mandated_reporter", "fact: {name: mandated_reporter, take: any_yes}", "a section that is once"),
        ("        minimum: 0\n", "        minimum: 0\n        max_length: 3\n", "max_length belongs to"),
        ("one: {en: \"Child\", es: \"Niño\"}\n", "intro: {en: x, es: x}\n", "what one of it is called"),
        ("- {value: male, label", "- {value: female, label", "two options have the same value"),
        ("label: {en: \"Name\", es: \"Nombre\"}", "label: {en: \"Name\"}", "es: Field required"),
        ("sections:\n", "sections\n", "not valid YAML"),
    ],
)  # fmt: skip
def test_a_fault_is_named_with_its_line(definition: Path, old: str, new: str, problem: str) -> None:
    text = definition.read_text(encoding="utf-8")
    assert old in text
    definition.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(FormError) as caught:
        load_forms(definition.parent.parent)
    assert problem in caught.value.problem
    assert caught.value.remedy and caught.value.file == definition
    assert abs(caught.value.line - line) <= 12 or old.startswith("id: calif"), caught.value.line


def test_an_empty_file_is_named(definition: Path) -> None:
    definition.write_text("", encoding="utf-8")
    with pytest.raises(FormError, match="empty"):
        load_form(definition)


def test_two_definitions_of_one_version_are_refused(definition: Path) -> None:
    shutil.copy(definition, definition.with_name("again.v1.yaml"))
    with pytest.raises(FormError, match="is also in"):
        load_forms(definition.parent.parent)


def test_the_current_version_is_the_highest_and_older_ones_stay_open(definition: Path) -> None:
    text = definition.read_text(encoding="utf-8")
    definition.with_name("child_abuse_report.v10.yaml").write_text(
        text.replace("version: 1\n", "version: 10\n"), encoding="utf-8"
    )
    shelf = load_forms(definition.parent.parent)
    assert shelf.current("california-report").version == 10
    assert shelf.get("california-report", 1).version == 1
    assert [form.version for form in shelf.for_jurisdiction("california")] == [10]
    with pytest.raises(UnknownForm):
        shelf.get("california-report", 2)
    with pytest.raises(UnknownForm):
        shelf.current("nevada-report")


@pytest.mark.parametrize(
    "path", ["reporter/name", "children/1/first_name", "children/50/age", "decision/risk"]
)
def test_a_path_leads_to_its_field(path: str) -> None:
    assert SHELF.current("california-report").field_at(path).id == path.rsplit("/", 1)[1]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "reporter",
        "reporter/1/name",
        "reporter/shoe_size",
        "children/first_name",
        "children/0/first_name",
        "children/01/first_name",
        "children/51/first_name",
        "children/-1/first_name",
        "children/1/first_name/x",
        "children/١/first_name",
        "weather/sun",
    ],
)
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    with pytest.raises(UnknownField):
        SHELF.current("california-report").field_at(path)


def test_everything_about_the_reporter_is_marked_as_identity_and_nothing_else_is() -> None:
    form = SHELF.current("california-report")
    assert {section.id for section, field in form.each_field() if field.identity} == {"reporter"}
    assert all(field.identity for field in form.section("reporter").fields)


@pytest.fixture
def helpline(tmp_path: Path) -> Path:
    """The definition with every kind, and the file that it includes, to be broken."""
    shutil.copytree(FORMS, tmp_path, dirs_exist_ok=True)
    return tmp_path / "helpline" / "every_kind.v1.yaml"


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("child, kind: person, people: [people],", "child, kind: person, people: [place],", "same people as the"),
        ("victims: [people],", "victims: [place],", "same people as the matrix"),
        ("{id: child, kind: person, people: [people],", "{id: child, kind: text,", "a matrix asks for child"),
        ("    repeat: true\n    people: true\n", "    people: true\n", "what one of it is called"),
        ("in: [people], role: alleged_victim}", "in: [place], role: x}", "'place' holds no people"),
        ("in: [people], role: alleged_victim}", "in: [people], role: aunt}", "never is 'aunt'"),
        ("in: [people], role: alleged_victim}", "in: [], role: aunt}", "at least 1"),
        ("{field: age, less: 18}, label", "{field: age, less: \"x\"}, label", "can't be compared with 'x'"),
        ("{field: age, less: 18}, label", "{field: first_name, less: 18}, label", "is a text: less does not fit"),
        ("{field: age, less: 18}, label", "{field: age_now, is_set: true}, label", "has no answer of its own"),
        ("{field: state, is_set: true}", "{field: home_town, is_set: true}", "no earlier question"),
        ("when: {field: state, is: connecticut}", "when: {field: state, is: maine}", "never is 'maine'"),
        ("when: {all: [{field: q1, at_least: 2}", "when: {all: [{field: q9, at_least: 2}", "no earlier question"),
        ("compute: {age_of: born}", "compute: {age_of: first_name}", "is a text"),
        ("compute: {age_of: born}", "compute: {}", "compute has exactly one"),
        ("compute: {sum: [q1, q2]}", "compute: {sum: [q1, level]}", "no question that somebody answers"),
        ("compute: {sum: [q1, q2]}", "compute: {sum: [q1, people/age]}", "'people/age' repeats"),
        ("kind: copied, identity: true,", "kind: copied,", "is the reporter's"),
        ("copy_from: caller/phone", "copy_from: caller/fax", "no question that somebody answers"),
        ("kind: copied, copy_from: place/state", "kind: text, copy_from: place/state", "copy_from is given for copied"),
        ("kind: note, show_when", "kind: note, required_for: [submit], show_when", "nobody answers a note"),
        ("group: violence, label: {en: \"Bullying\"", "group: peace, label: {en: \"Bullying\"", "names a group"),
        ("        required_for: [save]\n", "        most: 2\n", "most belongs to"),
        ("parts: {county: , state: }", "parts: {planet: {}}", "parts of an address are street"),
        ("parts: {county: , state: }", "part: {}", "no 'part' of its own"),
        ("parts: {county: , state: }", "parts: {town: {options: []}}", "options are listed"),
        ("  - at: people/age\n", "  - at: people/height\n", "no question of this form"),
        ("when: {field: caller/about, is: self}}", "when: {field: people/age, less: 18}}", "'people/age' repeats"),
        ("lowest, age_from: born}", "lowest, age_from: born, verified: age}", "no yes_no_unknown question"),
        ("lowest, age_from: born}", "lowest, verified: age}", "verified belongs to age_from"),
        ("lists.v1.yaml#person", "lists.v1.yaml#nobody", "has no 'nobody'"),
        ("lists.v1.yaml#person", "lost.v1.yaml#person", "no file shared/lost.v1.yaml"),
        ("lists.v1.yaml#person", "../helpline/every_kind.v1.yaml#person", "is no inclusion"),
    ],
)  # fmt: skip
def test_a_fault_in_any_kind_of_question_is_named_with_its_line(
    helpline: Path, old: str, new: str, problem: str
) -> None:
    text = helpline.read_text(encoding="utf-8")
    assert old in text
    helpline.write_text(text.replace(old, new, 1), encoding="utf-8")
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(FormError) as caught:
        load_forms(helpline.parent.parent)
    assert problem in caught.value.problem, caught.value.problem
    assert caught.value.remedy and caught.value.file == helpline
    assert abs(caught.value.line - line) <= 10, caught.value.line


@pytest.mark.parametrize(
    ("old", "new", "line", "problem"),
    [
        ("{id: last_name, kind: text", "{id: last_name, kind: txt", 9, "kind: Input should be"),
        ("value: connecticut", "value: Connecticut", 4, "should match pattern"),
        ("{id: day, kind: date, required_for: [save]", "{id: day, kind: dat", 22, "kind: Input should be"),
        ("{field: day, is_set: true}", "{field: dia, is_set: true}", 23, "no earlier question"),
        ("person:\n", "person: {include: lists.v1.yaml#person}\nold:\n", 7, "includes itself"),
        ("states:\n", "states:\nstates:\n", 3, "'states' stands here twice"),
    ],
)
def test_a_fault_in_an_included_file_is_named_there(
    helpline: Path, old: str, new: str, line: int, problem: str
) -> None:
    shared = helpline.parent.parent / "shared" / "lists.v1.yaml"
    text = shared.read_text(encoding="utf-8")
    assert old in text
    shared.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormError) as caught:
        load_form(helpline)
    assert problem in caught.value.problem
    assert (caught.value.file, caught.value.line) == (shared, line)


def test_an_included_section_may_say_what_it_changes() -> None:
    assert EVERY_KIND.section("incident").title.en == "When it happened"
    assert [field.id for field in EVERY_KIND.section("people").fields][:3] == [
        "first_name",
        "last_name",
        "roles",
    ]


def test_an_address_becomes_a_question_for_each_part() -> None:
    parts = [field for field in EVERY_KIND.section("place").fields if field.group == "home"]
    assert [field.id for field in parts] == ["home_street", "home_unit", "home_town", "home_zip"]
    assert (parts[2].label.en, parts[2].label.es) == ("Home: town", "Hogar: localidad")
    assert [field.prompt is not None for field in parts] == [True, False, False, False]


@pytest.mark.parametrize("form", SHELF.forms, ids=lambda form: f"{form.id}-{form.version}")
def test_a_shipped_form_speaks_both_languages_and_seals_the_reporter(form: Form) -> None:
    assert {section.id for section, field in form.each_field() if field.identity} == {"reporter"}
    assert all(field.identity for field in form.section("reporter").fields)
    assert {section.id for section in form.people_sections()} >= (
        {"children", "caregivers", "household"}
        if form.version > 1 or form.jurisdiction != "california"
        else set()
    )


def test_the_second_form_of_california_keeps_every_place_of_the_first() -> None:
    old, new = (SHELF.get("california-report", version) for version in (1, 2))
    places = {f"{section.id}/{field.id}" for section, field in new.each_field()}
    assert {f"{section.id}/{field.id}" for section, field in old.each_field()} <= places
    assert old.fact_names() <= new.fact_names()


def test_nobody_answers_a_note_or_a_computed_value() -> None:
    for path in ("caller/welcome", "people/1/age_now"):
        with pytest.raises(UnknownField):
            EVERY_KIND.field_at(path)
