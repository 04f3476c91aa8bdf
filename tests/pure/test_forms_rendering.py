"""The form as a page: whole without a script, told in both languages, nothing unescaped."""

from html.parser import HTMLParser

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from screening_forms.loader import load_forms
from screening_forms.model import Value
from screening_forms.rendering import TEMPLATES, FormView, view
from screening_forms.validation import check
from screening_forms.words import Language

FORM = load_forms().current("california-report")
PAGE = Environment(
    loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined
).from_string(
    '{% import "screening_forms/form.html" as forms %}{{ forms.sections(form, "/reports/7/form", "t0ken") }}'
)


class Parsed(HTMLParser):
    """Every start tag with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, **wanted: str) -> list[dict[str, str]]:
        return [found for name, found in self.tags if name == tag and wanted.items() <= found.items()]

    def ids(self) -> list[str]:
        return [found["id"] for _, found in self.tags if "id" in found]


def page(shown: FormView) -> Parsed:
    return Parsed(PAGE.render(form=shown))


FULL: dict[str, Value] = {
    "reporter/mandated": "yes",
    "children/1/age": "5",
    "children/2/first_name": "Ana",
    "location/child_now": "school",
    "allegations/1/types": ["general_neglect", "physical_abuse"],
    "narrative/story": "\n</textarea><script>alert(1)</script>",
    "decision/prior_reports": "2",
    "decision/duplicate": "yes",
    "decision/risk": "moderate",
}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("answers", [{}, FULL])
def test_every_control_has_one_label_and_every_reference_its_target(
    language: Language, answers: dict[str, Value]
) -> None:
    parsed = page(view(FORM, answers, language, check(FORM, answers, "submit")))
    ids = parsed.ids()
    assert len(ids) == len(set(ids))
    labelled = [label["for"] for label in parsed.all("label")]
    assert len(labelled) == len(set(labelled))
    controls = [
        found["id"]
        for name, found in parsed.tags
        if name in ("input", "select", "textarea") and found.get("type") != "hidden"
    ]
    assert sorted(labelled) == sorted(controls)
    for _, found in parsed.tags:
        for name in ("aria-describedby", "aria-labelledby"):
            assert set(found.get(name, "").split()) <= set(ids)


def test_there_is_no_script_no_style_and_no_handler_in_the_page() -> None:
    parsed = page(view(FORM, FULL, "en"))
    assert not parsed.all("script") and not parsed.all("style")
    assert not [
        name for _, found in parsed.tags for name in found if name == "style" or name.startswith("on")
    ]
    assert "<script>alert(1)</script>" in parsed.text


def test_every_question_carries_its_path_and_version_and_its_section_saves_alone() -> None:
    parsed = page(view(FORM, FULL, "en", versions={"decision/risk": 4}))
    wrappers = {
        found["data-field"]: found["data-version"] for found in parsed.all("div") if "data-field" in found
    }
    assert wrappers["decision/risk"] == "4"
    assert wrappers["children/2/first_name"] == "0"
    assert parsed.all("input", name="version:decision/risk", value="4")
    forms = parsed.all("form", method="post", action="/reports/7/form")
    assert len(forms) == len(FORM.sections) == len(parsed.all("input", name="form_token", value="t0ken"))
    assert [found["value"] for found in parsed.all("button", name="save")] == [
        part.id for part in FORM.sections
    ]
    repeating = [part.id for part in FORM.sections if part.repeat]
    assert [found["value"] for found in parsed.all("button", name="add")] == repeating


def test_what_was_answered_is_shown() -> None:
    parsed = page(view(FORM, FULL, "en"))
    assert parsed.all("input", name="children/1/age", value="5")
    assert parsed.all("input", name="reporter/mandated", value="yes", checked="")
    marked = [found["value"] for found in parsed.all("input", name="allegations/1/types", checked="")]
    assert marked == ["physical_abuse", "general_neglect"]
    assert [found["value"] for found in parsed.all("option", selected="")] == ["school", "moderate"]
    # the first line feed of a textarea is dropped by browsers, so there has to be one more
    assert "\n\n</textarea>" in parsed.text


def test_taking_the_last_mark_away_is_posted() -> None:
    parsed = page(view(FORM, {}, "en"))
    assert parsed.all("input", type="hidden", name="allegations/1/types", value="")
    assert parsed.all("input", type="hidden", name="decision/immediate_danger", value="")


def test_a_question_appears_when_its_condition_is_met() -> None:
    assert view(FORM, {}, "en").field("decision/duplicate_of") is None
    assert view(FORM, FULL, "en").field("decision/duplicate_of") is not None
    assert view(FORM, {}, "en").field("location/now_town") is None
    assert view(FORM, FULL, "en").field("location/now_town") is not None


def test_a_repeating_section_shows_what_there_is_at_least_one_and_one_more_on_request() -> None:
    def titles(shown: FormView) -> list[str | None]:
        return [instance.title for instance in shown.section("children").instances]

    assert titles(view(FORM, {}, "en")) == ["Child 1"]
    assert titles(view(FORM, {"children/3/age": "5"}, "es")) == ["Niño 1", "Niño 2", "Niño 3"]
    assert titles(view(FORM, FULL, "en", instances={"children": 3})) == ["Child 1", "Child 2", "Child 3"]
    assert len(titles(view(FORM, FULL, "en", instances={"children": 900}))) == 50
    assert not view(FORM, FULL, "en", instances={"children": 900}).section("children").can_add


def test_a_problem_stands_beside_its_question_and_what_was_typed_is_not_lost() -> None:
    problems = check(FORM, {"children/1/age": "seven"}, "submit")
    shown = view(FORM, {}, "en", problems, typed={"children/1/age": "seven"})
    parsed = page(shown)
    control = parsed.all("input", name="children/1/age")[0]
    assert control["value"] == "seven"
    assert control["aria-invalid"] == "true"
    assert "f-children-1-age-problem" in control["aria-describedby"].split()
    assert "This is not a whole number" in parsed.text
    warned = shown.field("decision/risk")
    assert warned is not None and warned.problem and not warned.is_blocking


def test_prompts_are_worded_in_the_callers_language_and_marked_as_such() -> None:
    shown = view(FORM, {}, "en", spoken="es")
    story = shown.field("narrative/story")
    assert (
        story is not None
        and story.prompt == "Por favor, cuénteme qué pasó."
        and story.label == "What happened"
    )
    assert page(shown).all("q", lang="es")
    assert not page(view(FORM, {}, "es")).all("q", lang="es")


def test_an_unknown_section_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        view(FORM, {}, "en").section("weather")
