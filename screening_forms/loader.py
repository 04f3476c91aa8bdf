"""Load the form definitions. A faulty one stops the start."""

from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from screening_forms.assembly import assemble
from screening_forms.errors import FormError, UnknownForm
from screening_forms.faults import faults
from screening_forms.model import Form
from screening_forms.yaml_marks import complaint

DEFINITIONS = Path(__file__).parent / "definitions"


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
    for file in definitions(folder):
        form = load_form(file)
        if (form.id, form.version) in seen:
            problem = f"{form.id} version {form.version} is also in {seen[form.id, form.version].name}."
            raise FormError(file, 1, problem, "Raise the version.")
        seen[form.id, form.version] = file
        forms.append(form)
    return Shelf(tuple(forms))


def load_form(file: Path) -> Form:
    """One definition; its file name ends in ".v<version>.yaml". Raises FormError."""
    assembled = assemble(file)
    try:
        form = Form.model_validate(assembled.data)
    except ValidationError as error:
        location, problem, remedy = complaint(error)
        raise FormError(*assembled.place(location), problem, remedy) from error
    if not file.name.endswith(f".v{form.version}.yaml"):
        problem = f"The version is {form.version}, the file name says otherwise."
        where = assembled.place(("version",))
        raise FormError(*where, problem, f"End the name in .v{form.version}.yaml.")
    for location, problem, remedy in faults(form):
        raise FormError(*assembled.place(location), problem, remedy)
    return form


def definitions(folder: Path) -> list[Path]:
    """The definitions below a folder. What lies in `shared` is no form: definitions include it."""
    return [file for file in sorted(folder.glob("*/*.yaml")) if file.parent.name != "shared"]
