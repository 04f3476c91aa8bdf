"""Read YAML and remember the line of every value, so that a fault can be pointed at."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

Location = tuple[str | int, ...]
Report = Callable[[Path, int, str, str], Exception]

_Loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader

_REMEDIES = {
    "extra_forbidden": "Remove this name or correct its spelling.",
    "missing": "Add it here.",
    "string_too_short": "Write the missing text.",
}


@dataclass(frozen=True)
class Marked:
    """The data of one file with the line (from 1) where each value begins."""

    file: Path
    data: object
    lines: Mapping[Location, int]
    text: str

    def line_of(self, location: Sequence[str | int]) -> int:
        """The line of the deepest known value on the way to `location`."""
        known: Location = ()
        for part in location:
            # pydantic puts names of union members into a location; the file does not know them
            if (*known, part) in self.lines:
                known = (*known, part)
        return self.lines.get(known, 1)


def read(file: Path, report: Report) -> Marked:
    """Read one YAML file; whatever is wrong with it is raised as `report(file, line, problem, remedy)`."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise report(file, 1, f"The file can't be read: {error}.", "Put a UTF-8 text file there.") from error
    loader = _Loader(text)
    lines: dict[Location, int] = {}
    try:
        node = loader.get_single_node()
        if node is None:
            raise report(file, 1, "The file is empty.", "Write its content or remove it.")
        _note(node, (), lines, file, report)
        data: object = loader.construct_document(node)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = f"This is not valid YAML: {error.problem}."
        raise report(file, line, problem, "Correct the indentation or quoting here.") from error
    finally:
        loader.dispose()
    return Marked(file, data, lines, text)


def first_fault(marked: Marked, error: ValidationError, report: Report) -> Exception:
    """Turn the first complaint of pydantic into `report(...)` with the line that it means."""
    location, problem, remedy = complaint(error)
    return report(marked.file, marked.line_of(location), problem, remedy)


def complaint(error: ValidationError) -> tuple[Location, str, str]:
    """The first complaint of pydantic: where, what is wrong, what to do."""
    fault = error.errors(include_url=False)[0]
    where = "/".join(str(part) for part in fault["loc"]) or "the whole file"
    return fault["loc"], f"{where}: {fault['msg']}.", _REMEDIES.get(fault["type"], "Correct this value.")


def _note(node: yaml.Node, at: Location, lines: dict[Location, int], file: Path, report: Report) -> None:
    lines.setdefault(at, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            place = (*at, str(key.value))
            if place in lines:
                raise report(
                    file, key.start_mark.line + 1, f"{key.value!r} stands here twice.", "Keep one of them."
                )
            lines[place] = key.start_mark.line + 1
            _note(value, place, lines, file, report)
    elif isinstance(node, yaml.SequenceNode):
        for position, value in enumerate(node.value):
            _note(value, (*at, position), lines, file, report)
