"""Load the form definitions. A faulty one stops the start."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from screening_forms.errors import FormError, UnknownForm
from screening_forms.model import Condition, Field, Form, Section, looks
from screening_forms.yaml_marks import Location, first_fault, read

DEFINITIONS = Path(__file__).parent / "definitions"

_NUMERIC = ("lowest", "any_below")


@dataclass(frozen=True)
class Shelf:
    """Every version of every form."""

    forms: tuple[Form, ...]

    def get(self, form_id: str, version: int) -> Form:
        """That version, for a report that was begun on it; raises UnknownForm."""
        for form in self.forms:
            if form.id == form_id and form.version == version:
                return form
        raise UnknownForm(f"There is no form {form_id} of version {version}.")

    def current(self, form_id: str) -> Form:
        """The newest version, for a new report; raises UnknownForm."""
        versions = [form for form in self.forms if form.id == form_id]
        if not versions:
            raise UnknownForm(f"There is no form {form_id}.")
        return max(versions, key=lambda form: form.version)

    def for_jurisdiction(self, jurisdiction: str) -> tuple[Form, ...]:
        """The newest version of each form of a jurisdiction."""
        ids = sorted({form.id for form in self.forms if form.jurisdiction == jurisdiction})
        return tuple(self.current(form_id) for form_id in ids)


def load_forms(folder: Path = DEFINITIONS) -> Shelf:
    """Every definition below `folder`. Raises FormError for the first fault, with file, line and remedy."""
    seen: dict[tuple[str, int], Path] = {}
    forms = []
    for file in sorted(folder.glob("*/*.yaml")):
        form = load_form(file)
        if (form.id, form.version) in seen:
            problem = f"{form.id} version {form.version} is also in {seen[form.id, form.version].name}."
            raise FormError(file, 1, problem, "Raise the version.")
        seen[form.id, form.version] = file
        forms.append(form)
    return Shelf(tuple(forms))


def load_form(file: Path) -> Form:
    """One definition; its file name ends in ".v<version>.yaml". Raises FormError."""
    marked = read(file, FormError)
    try:
        form = Form.model_validate(marked.data)
    except ValidationError as error:
        raise first_fault(marked, error, FormError) from error
    if not file.name.endswith(f".v{form.version}.yaml"):
        problem = f"The version is {form.version}, the file name says otherwise."
        raise FormError(
            file, marked.line_of(("version",)), problem, f"End the name in .v{form.version}.yaml."
        )
    for location, problem, remedy in _faults(form):
        raise FormError(file, marked.line_of(location), problem, remedy)
    return form


def _faults(form: Form) -> Iterator[tuple[Location, str, str]]:
    sections: set[str] = set()
    earlier: dict[str, Field] = {}
    for at, section in enumerate(form.sections):
        if section.id in sections:
            yield ("sections", at, "id"), f"The section {section.id!r} is there twice.", "Rename one of them."
        sections.add(section.id)
        for position, field in enumerate(section.fields):
            here: Location = ("sections", at, "fields", position)
            path = f"{section.id}/{field.id}"
            if path in earlier:
                yield (*here, "id"), f"The field {path!r} is there twice.", "Rename one of them."
            if field.show_when is not None:
                yield from _condition((*here, "show_when"), field.show_when, section, form, earlier)
            earlier[path] = field
    for at, section in enumerate(form.sections):
        for position, field in enumerate(section.fields):
            yield from _facts(("sections", at, "fields", position), field, section, form, earlier)


def _condition(
    here: Location, condition: Condition, section: Section, form: Form, earlier: dict[str, Field]
) -> Iterator[tuple[Location, str, str]]:
    for path, comparison, _ in looks(condition, section.id):
        other = earlier.get(path)
        if other is None:
            yield here, f"{path!r} is no earlier question of this form.", "Name a question that stands above."
            continue
        if path.split("/")[0] != section.id and form.section(path.split("/")[0]).repeat:
            yield (
                here,
                f"{path!r} repeats, so it has no single answer.",
                "Look at a question that is asked once.",
            )
        value = comparison.is_ or comparison.contains
        choices = {option.value for option in other.options}
        choices |= {"yes", "no", "unknown"} if other.kind == "yes_no_unknown" else set()
        if value is not None and choices and value not in choices:
            yield here, f"{path!r} never is {value!r}.", f"Use one of {', '.join(sorted(choices))}."


def _facts(
    here: Location, field: Field, section: Section, form: Form, every: dict[str, Field]
) -> Iterator[tuple[Location, str, str]]:
    for rule in field.fact:
        if (rule.take == "only") == section.repeat:
            problem = (
                f"take: {rule.take} does not fit a section that {'repeats' if section.repeat else 'is once'}."
            )
            yield (*here, "fact"), problem, "Use only where nothing repeats, another take where it does."
        if (rule.take in _NUMERIC and field.kind != "number") or (
            rule.take == "union" and field.kind != "multi_select"
        ):
            yield (*here, "fact"), f"take: {rule.take} does not fit {field.kind}.", "Choose another take."
        if rule.take == "any_yes" and field.kind != "yes_no_unknown":
            yield (*here, "fact"), "take: any_yes needs a yes_no_unknown question.", "Choose another take."
        if rule.when is not None:
            yield from _condition((*here, "fact"), rule.when, section, form, every)
        if rule.age_from is not None:
            birth = every.get(f"{section.id}/{rule.age_from}")
            if birth is None or birth.kind not in ("date", "partial_date"):
                problem = f"{rule.age_from!r} is no date of the same section."
                yield (*here, "fact"), problem, "Name the question for the date of birth."
