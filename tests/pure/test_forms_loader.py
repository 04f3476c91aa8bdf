"""A faulty definition stops the start and says where, what and how to mend it."""

import shutil
from pathlib import Path

import pytest

from screening_forms.errors import FormError, UnknownField, UnknownForm
from screening_forms.loader import DEFINITIONS, load_form, load_forms

NAME = "child_abuse_report.v1.yaml"


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
    assert load_forms().current("california-report").field_at(path).id == path.rsplit("/", 1)[1]


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
        load_forms().current("california-report").field_at(path)


def test_everything_about_the_reporter_is_marked_as_identity_and_nothing_else_is() -> None:
    form = load_forms().current("california-report")
    assert {section.id for section, field in form.each_field() if field.identity} == {"reporter"}
    assert all(field.identity for field in form.section("reporter").fields)
