"""A form to look at before it is used: as a page of its own, or as text."""

from collections.abc import Iterator

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from screening_forms.fields import Answers
from screening_forms.model import Form
from screening_forms.rendering import TEMPLATES, view
from screening_forms.views import FieldView, FormView
from screening_forms.words import Language


def page(form: Form, answers: Answers, language: Language) -> str:
    """The form as an HTML page that needs nothing else."""
    pages = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return pages.get_template("screening_forms/preview.html").render(form=view(form, answers, language))


def text(form: Form, answers: Answers, language: Language) -> str:
    """The questions that are asked with these answers, their choices, and what stands in them."""
    return "\n".join(_lines(view(form, answers, language))) + "\n"


def _lines(form: FormView) -> Iterator[str]:
    yield f"{form.title} ({form.form_id} {form.version})"
    for section in form.sections:
        yield ""
        yield f"== {section.title}"
        for instance in section.instances:
            if instance.title:
                yield f"-- {instance.name or instance.title}"
            for field in instance.fields:
                yield from _question(field, form.words["say"])


def _question(field: FieldView, say: str) -> Iterator[str]:
    said = f": {field.value_in_words}" if field.value_in_words else ""
    yield f"  {field.full_label}{' *' if field.required else ''} [{field.path}, {field.kind}]{said}"
    if field.prompt:
        yield f"    {say} {field.prompt}"
    if field.options:
        yield f"    {' | '.join(option.label for option in field.options)}"
