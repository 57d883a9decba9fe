"""The spans of a sweep as attributes of its own item: which are with dispatchers, and why others were not delivered.

| attribute          | what                                                                    |
|--------------------|-------------------------------------------------------------------------|
| `assigned_<id>`    | a set of numbers: the spans that the assignment with this id still has  |
| `until_<id>`       | when the time of this assignment ends (seconds, UTC)                    |
| `undelivered_<n>`  | why shards of span n that have no outcome were not dispatched           |

The history reads this item in any case. A set shrinks by `DELETE`, so that dispatchers that end at the same moment
need not read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from adapters.aws.dynamodb_items import number, sweep_key, text
from adapters.aws.dynamodb_table import DynamoDbTable
from application.ports.clock import Clock
from domain.reasons import Reason

_ASSIGNED = "assigned_"
_UNTIL = "until_"
_UNDELIVERED = "undelivered_"
_EXISTS = "attribute_exists(pk)"
# An update names as many spans as fit into an expression, which has at most 4 KB.
_SPANS_A_WRITE = 150


@dataclass(frozen=True, slots=True)
class DynamoDbSpans:
    """The spans of all sweeps of one table. A sweep that has expired has none: no write makes its item anew."""

    table: DynamoDbTable
    clock: Clock

    def assign(self, sweep_id: str, spans: Sequence[int], assignment: str, seconds: float) -> None:
        """Add spans to an assignment, and forget why they were undelivered."""
        until = number(self.clock.now() + seconds)
        for first in range(0, len(spans), _SPANS_A_WRITE):
            some = spans[first : first + _SPANS_A_WRITE]
            forgotten = ", ".join(f"{_UNDELIVERED}{span}" for span in some)
            change = f"SET #until = :until ADD #assigned :spans REMOVE {forgotten}"
            values = {":until": until, ":spans": {"NS": [str(span) for span in some]}}
            self.table.update(
                sweep_key(sweep_id), change, values, _EXISTS, names=_names(assignment, "assigned", "until")
            )

    def prolong(self, sweep_id: str, assignment: str, seconds: float) -> None:
        """Set the end of an assignment's time."""
        until = {":until": number(self.clock.now() + seconds)}
        self.table.update(sweep_key(sweep_id), "SET #until = :until", until, _EXISTS, names=_names(assignment, "until"))

    def is_assigned(self, sweep_id: str, span: int, assignment: str) -> bool:
        """Return whether an assignment has a span."""
        item = self.table.get(sweep_key(sweep_id)) or {}
        return str(span) in item.get(f"{_ASSIGNED}{assignment}", {}).get("NS", ())

    def settle(self, sweep_id: str, span: int, assignment: str, reason: Reason | None) -> None:
        """Take a span from an assignment, if that has it."""
        why = f"{_UNDELIVERED}{span}"
        change = f"DELETE #assigned :span {f'SET {why} = :reason' if reason else f'REMOVE {why}'}"
        values: dict[str, Any] = {":span": {"NS": [str(span)]}, ":number": {"N": str(span)}}
        if reason:
            values[":reason"] = text(reason.value)
        names = _names(assignment, "assigned")
        self.table.update(sweep_key(sweep_id), change, values, "contains(#assigned, :number)", names=names)


def read_spans(item: Mapping[str, Any], now: float) -> tuple[frozenset[int], Mapping[int, Reason]]:
    """Return the spans of a sweep's item that are with dispatchers at a moment, and why others were not delivered.

    An attribute that is damaged counts as none.
    """
    assigned: set[int] = set()
    undelivered: dict[int, Reason] = {}
    for name, value in item.items():
        with suppress(ValueError, KeyError, TypeError):
            if name.startswith(_ASSIGNED) and float(item[_UNTIL + name.removeprefix(_ASSIGNED)]["N"]) > now:
                assigned |= {int(digits) for digits in value["NS"]}
            elif name.startswith(_UNDELIVERED):
                undelivered[int(name.removeprefix(_UNDELIVERED))] = Reason.read(value["S"])
    return frozenset(assigned), undelivered


def _names(assignment: str, *attributes: str) -> dict[str, str]:
    return {f"#{attribute}": f"{attribute}_{assignment}" for attribute in attributes}
