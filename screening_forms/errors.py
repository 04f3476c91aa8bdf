"""What can be wrong with a form definition, a path or an answer."""

from pathlib import Path

from screening_forms.words import Words


class FormError(Exception):
    """A definition that may not be used: says which file and line, what is wrong and what to do."""

    def __init__(self, file: Path, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {problem} {remedy}")
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy


class UnknownForm(LookupError):
    """There is no form of that id, or not in that version."""


class UnknownField(LookupError):
    """The form has no field at that path."""


class ValueProblem(ValueError):
    """An answer that can't be kept as it is. `message` says what is wrong and what to do."""

    def __init__(self, message: Words) -> None:
        super().__init__(message.en)
        self.message = message
