"""Lawful moves of a record, as data (pure)."""

from __future__ import annotations

from collections.abc import Mapping

from hotline.base.errors import Conflict


class IllegalMove(Conflict):
    """The record is in a state from which this event leads nowhere."""

    def __init__(self, machine: str, state: str, event: str) -> None:
        super().__init__(f"A {machine} that is '{state}' can't be moved by '{event}'.")
        self.state, self.event = state, event


class Machine:
    """A named table: state -> event -> next state. A state with no events is an end."""

    def __init__(self, name: str, table: Mapping[str, Mapping[str, str]]) -> None:
        unknown = {end for moves in table.values() for end in moves.values()} - set(table)
        if unknown:
            raise ValueError(f"machine '{name}' leads to states it does not list: {sorted(unknown)}")
        self.name, self._table = name, table

    @property
    def states(self) -> frozenset[str]:
        """Every state that a record of this kind can be in."""
        return frozenset(self._table)

    def events(self, state: str) -> frozenset[str]:
        """The events that move a record out of, or within, `state`."""
        return frozenset(self._table[state])

    def is_end(self, state: str) -> bool:
        """Whether nothing can move a record on from `state`."""
        return not self._table[state]

    def next(self, state: str, event: str) -> str:
        """The state after `event`; raises IllegalMove where the table has none."""
        try:
            return self._table[state][event]
        except KeyError:
            raise IllegalMove(self.name, state, event) from None

    def allows(self, state: str, event: str) -> bool:
        """Whether `event` is lawful in `state`."""
        return event in self._table.get(state, {})
