"""`hotline forms …`: check, preview, compare and export the definitions of forms."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from screening_forms import preview as previews
from screening_forms.comparison import Difference, differences
from screening_forms.errors import FormError, UnknownForm
from screening_forms.export import json_schema
from screening_forms.loader import DEFINITIONS, Shelf, definitions, load_form, load_forms
from screening_forms.model import Form
from screening_forms.parsing import parse
from screening_forms.words import Language

_FOLDER = click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DEFINITIONS,
    show_default="the definitions of this installation",
    help="Where the definitions lie, a folder for each jurisdiction.",
)
_JSON = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")


@click.group()
def forms() -> None:
    """The definitions of the forms."""


@forms.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_FOLDER
@_JSON
def check(files: tuple[Path, ...], folder: Path, as_json: bool) -> None:
    """Check FILES, or every definition of the folder. Exit code 1 when one of them may not be used."""
    chosen = list(files) or definitions(folder)
    faults, good = [], []
    for file in chosen:
        try:
            good.append(load_form(file))
        except FormError as error:
            faults.append(error)
    if not faults and not files:
        faults += _clash(folder)
    if as_json:
        click.echo(json.dumps({"forms": [_name(form) for form in good], "faults": [*map(_fault, faults)]}))
    else:
        for form in good:
            click.echo(f"{form.id} {form.version}: {sum(1 for _ in form.each_field())} questions, no fault")
        for fault in faults:
            click.echo(f"{fault.file}:{fault.line}: {fault.problem}\n    {fault.remedy}", err=True)
    if faults:
        raise SystemExit(1)


@forms.command()
@click.argument("form_id")
@click.argument("version", type=int, required=False)
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True)
@click.option("--text", "as_text", is_flag=True, help="Text instead of an HTML page.")
@click.option("--answer", "given", multiple=True, metavar="PATH=VALUE", help="An answer to show it with.")
@_FOLDER
def preview(
    form_id: str, version: int | None, language: Language, as_text: bool, given: tuple[str, ...], folder: Path
) -> None:
    """Show a form as its questions appear: the newest version, or VERSION."""
    form = _form(_shelf(folder), form_id, version)
    answers: dict[str, Any] = {}
    for path, separator, value in (one.partition("=") for one in given):
        if not separator:
            raise click.BadParameter(f"{path!r} has no value. Write it as section/field=value.")
        try:
            field = form.field_at(path)
            answers[path] = parse(field, value.split(",") if field.kind == "multi_select" else value)
        except (LookupError, ValueError) as error:
            raise click.BadParameter(f"{path}: {error}") from error
    show = previews.text if as_text else previews.page
    click.echo(show(form, answers, language), nl=False)


@forms.command()
@click.argument("form_id")
@click.argument("old", type=int)
@click.argument("new", type=int)
@_FOLDER
@_JSON
def diff(form_id: str, old: int, new: int, folder: Path, as_json: bool) -> None:
    """Say which questions version NEW has added, removed and changed since version OLD.

    Exit code 1 when there is a difference, so that a script can ask.
    """
    shelf = _shelf(folder)
    found = differences(_form(shelf, form_id, old), _form(shelf, form_id, new))
    if as_json:
        click.echo(json.dumps(asdict(found)))
    else:
        _print(found)
    if not found.is_none:
        raise SystemExit(1)


@forms.command()
@click.argument("form_id")
@click.argument("version", type=int, required=False)
@_FOLDER
def export(form_id: str, version: int | None, folder: Path) -> None:
    """Write the JSON Schema (draft 2020-12) of a form's answers."""
    schema = json_schema(_form(_shelf(folder), form_id, version))
    click.echo(json.dumps(schema, indent=2, ensure_ascii=False))


def _print(found: Difference) -> None:
    for path in found.added:
        click.echo(f"+ {path}")
    for path in found.removed:
        click.echo(f"- {path}" + (f" (now {found.moved[path]})" if path in found.moved else ""))
    for path, names in found.changed.items():
        click.echo(f"~ {path}: {', '.join(names)}")
    if found.is_none:
        click.echo("No difference.")


def _shelf(folder: Path) -> Shelf:
    try:
        return load_forms(folder)
    except FormError as error:
        raise click.ClickException(str(error)) from error


def _form(shelf: Shelf, form_id: str, version: int | None) -> Form:
    try:
        return shelf.current(form_id) if version is None else shelf.get(form_id, version)
    except UnknownForm as error:
        known = ", ".join(_names(shelf.forms))
        raise click.ClickException(f"{error} There are: {known}.") from error


def _clash(folder: Path) -> list[FormError]:
    """Two definitions of one version, which only all of them together show."""
    try:
        load_forms(folder)
    except FormError as error:
        return [error]
    return []


def _names(forms_: Iterable[Form]) -> list[str]:
    return [f"{form.id} {form.version}" for form in forms_]


def _name(form: Form) -> dict[str, object]:
    return {"id": form.id, "version": form.version, "jurisdiction": form.jurisdiction}


def _fault(error: FormError) -> dict[str, object]:
    return {"file": str(error.file), "line": error.line, "problem": error.problem, "remedy": error.remedy}
