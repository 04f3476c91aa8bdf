"""The form as a page: whole without a script, told in both languages, nothing unescaped."""

from datetime import date
from html.parser import HTMLParser

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from screening_forms.loader import load_forms
from screening_forms.model import Form, Value
from screening_forms.rendering import TEMPLATES, FormView, view
from screening_forms.validation import check
from screening_forms.words import Language
from tests.support.helpline import EVERY_KIND, PAPER
from tests.support.helpline import FULL as EVERY_ANSWER

FORM = load_forms().current("california-report")
CONNECTICUT = load_forms().current("connecticut-report")
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
@pytest.mark.parametrize("answers", [{}, FULL], ids=["empty", "full"])
@pytest.mark.parametrize("form", [FORM, CONNECTICUT, EVERY_KIND], ids=lambda form: form.id)
def test_every_control_has_one_label_and_every_reference_its_target(
    language: Language, answers: dict[str, Value], form: Form
) -> None:
    given = {**answers, **EVERY_ANSWER} if answers and form is EVERY_KIND else answers
    parsed = page(view(form, given, language, check(form, given, "submit"), files={PAPER: "scan.pdf"}))
    ids = parsed.ids()
    assert len(ids) == len(set(ids)) > 30
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


def every_kind(**more: Value) -> FormView:
    return view(EVERY_KIND, {**EVERY_ANSWER, **more}, "en", files={PAPER: "scan.pdf"}, on=date(2026, 3, 2))


def test_people_are_offered_by_the_names_that_were_entered() -> None:
    parsed = page(every_kind())
    assert parsed.all("select", name="case/1/child")
    found = every_kind().field("case/1/suspect")
    assert found is not None
    assert [(option.value, option.label) for option in found.options] == [
        ("people/1", "Ana Ruiz (Person 1)"),
        ("people/2", "Person 2"),
        ("unknown", "Not known"),
    ]
    assert (found.value, found.value_in_words) == ("unknown", "Not known")
    renamed = view(EVERY_KIND, EVERY_ANSWER, "es", people={"people/1": "A. R."}).field("case/1/child")
    assert renamed is not None and renamed.options[0].label == "A. R."


def test_somebody_chosen_who_is_gone_stays_chosen() -> None:
    found = every_kind(**{"case/1/child": "people/9"}).field("case/1/child")
    assert found is not None
    assert [(one.value, one.label) for one in found.options if one.chosen] == [("people/9", "Person 9")]


def test_a_choice_that_no_longer_fits_stays_chosen_so_that_saving_keeps_it() -> None:
    found = every_kind(**{"place/state": "connecticut"}).field("place/county")
    assert found is not None
    assert [one.value for one in found.options] == ["kern", "hartford", "unknown"]
    assert [one.value for one in found.options if one.chosen] == ["kern"]
    fresh = every_kind(**{"place/state": "connecticut", "place/county": ""}).field("place/county")
    assert fresh is not None and [one.value for one in fresh.options] == ["hartford", "unknown"]


def test_the_parts_of_an_address_stand_under_its_name() -> None:
    shown = every_kind().section("place").instances[0]
    (block,) = [block for block in shown.blocks if block.title == "Home"]
    assert [field.label for field in block.fields] == [
        "Street and number",
        "Apartment or unit",
        "Town",
        "ZIP code",
    ]
    assert block.fields[2].full_label == "Home: town"
    parsed = page(every_kind())
    assert parsed.all("fieldset", id="g-place-home")
    assert parsed.all("input", name="place/home_town", value="Shafter")


def test_allegations_are_a_table_that_names_the_pairs_nobody_spoke_of() -> None:
    shown = every_kind().section("case")
    assert shown.columns == ("Matter", "Victim – Suspect", "Categories")
    assert shown.missing_pairs == ("Ana Ruiz (Person 1) – Person 2",)
    parsed = page(every_kind())
    assert parsed.all("tr", id="s-case-1") and len(parsed.all("th", scope="col")) == 4
    said = every_kind(**{"case/1/suspect": "people/2"}).section("case")
    assert said.missing_pairs == ()


def test_choices_stand_under_their_headings() -> None:
    found = every_kind().field("case/1/types")
    assert found is not None
    assert [(heading, len(options)) for heading, options in found.headings] == [
        ("Violence", 3),
        ("Health", 1),
        (None, 1),
    ]
    parsed = page(every_kind())
    assert (
        len([one for one in parsed.all("div", role="group") if "case-1-types" in one["aria-labelledby"]]) == 2
    )


def test_what_nobody_answers_posts_nothing() -> None:
    parsed = page(every_kind())
    for path in ("caller/welcome", "people/1/age_now", "risk/level", "risk/best_contact"):
        assert parsed.all("div", **{"data-field": path})
        assert not parsed.all("input", name=path) and not parsed.all("input", name=f"version:{path}")
    assert parsed.all("input", name="version:risk/contact")


def test_computed_and_copied_answers_are_shown_and_not_typed() -> None:
    shown = every_kind()
    values = {path: shown.field(path) for path in ("people/1/age_now", "risk/level", "risk/victims")}
    assert [found and found.value_in_words for found in values.values()] == ["6", "Not known", "1"]
    contact, state = shown.field("risk/contact"), shown.field("risk/shared_state")
    assert contact is not None and (contact.value, contact.source_in_words) == ("", "661 555 0100")
    assert state is not None and state.source_in_words == "California"
    other = every_kind(**{"risk/contact": "661 555 0199"}).field("risk/contact")
    assert other is not None and (other.value, other.source_in_words) == ("661 555 0199", "")


def test_files_are_chosen_by_their_names() -> None:
    parsed = page(every_kind())
    assert parsed.all("input", name="risk/papers", value=PAPER, checked="")
    assert "scan.pdf" in parsed.text
    assert "No file has been added" in page(view(EVERY_KIND, {}, "en")).text


@pytest.mark.parametrize(
    ("roles", "seen", "answered"),
    [(["supervisor"], True, True), (["screener"], True, False), (["partner"], False, False)],
)
def test_a_role_sees_and_answers_what_it_may(roles: list[str], seen: bool, answered: bool) -> None:
    shown = view(EVERY_KIND, EVERY_ANSWER, "en", roles=roles)
    found = shown.field("caller/language_line")
    assert (found is not None) is seen
    assert bool(page(shown).all("input", name="caller/language_line", checked="")) is answered
    assert found is None or (found.value_in_words, found.read_only) == ("Yes", not answered)


def test_the_script_follows_the_answers() -> None:
    def said(**more: Value) -> str | None:
        found = every_kind(**more).field("risk/story")
        assert found is not None
        return found.prompt

    assert said() == "Are you safe right now?"
    assert said(**{"risk/q2": "1"}) == "What happened?"
    assert said(**{"risk/q1": ""}) == "What happened?"


def test_a_section_without_a_question_is_left_out() -> None:
    ids = [section.id for section in view(EVERY_KIND, {"caller/about": "no_data"}, "en").sections]
    assert ids == ["caller", "incident", "risk"]


def test_help_comes_with_an_example() -> None:
    assert "Example: ana@example.org" in page(every_kind()).text
    hint = page(every_kind()).all("input", name="caller/email")[0]["aria-describedby"]
    assert hint in page(every_kind()).ids()


def test_somebody_without_a_name_is_called_by_the_description() -> None:
    answers: dict[str, Value] = {
        "caregivers/1/description": "A tall man with a long coat who drives a white van",
        "caregivers/2/age": "40",
    }
    found = view(FORM, answers, "en").field("allegations/1/suspect")
    assert found is not None
    assert [option.label for option in found.options] == [
        "A tall man with a long coat who drives… (Caregiver 1)",
        "Caregiver 2",
        "Not known",
    ]
