"""What can be wrong with a pack, or with the facts that it is asked to judge."""

from pathlib import Path


class PackError(Exception):
    """A pack that may not be used: says which file and line, what is wrong and what to do."""

    def __init__(self, file: Path, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{file}:{line}: {problem} {remedy}")
        self.file = file
        self.line = line
        self.problem = problem
        self.remedy = remedy


class NoPackInForce(LookupError):
    """No pack of that jurisdiction was in force at that time, or there is none of that version."""


class FactError(ValueError):
    """A fact whose value is not of the kind that the pack declares: a mistake of the caller, never of a person."""

    def __init__(self, fact: str, expected: str) -> None:
        super().__init__(f"Fact {fact!r} must be {expected}, or one of the words 'unknown' and 'not asked'.")
        self.fact = fact
