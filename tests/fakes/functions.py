"""The deployed functions as processes on this machine run them: what handles their events, and in which environment.

Both are read from the template; a function more is a row more.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.contract.cloudformation import REGION, template

# The names of the table and of the bucket.
LEDGER, RESULTS = "ledger", "results"
_NONE: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its resource in the template, and how many processes of it run at once where several do."""

    name: str
    resource: str
    processes: int = 1
    # Where Lambda sends the record of an event on which it gave up: the function that reads that queue.
    on_failure: str | None = None
    # Whether its events may run again at once after an error, and not a minute later as Lambda runs them.
    is_quick: bool = True

    @property
    def module(self) -> str:
        """The module that has the handler."""
        return str(_properties(self)["Handler"]).removesuffix(".handler")

    @property
    def retries(self) -> int:
        """How often Lambda runs an event again after an error."""
        return 2 if self.on_failure else 0


PARENT = Function("parent", "Parent", processes=3)
WORKER = Function("worker", "Worker", processes=6, on_failure="undelivered")
UNDELIVERED = Function("undelivered", "Undelivered")
DISPATCHER = Function("dispatcher", "Dispatcher", processes=2, on_failure="undelivered", is_quick=False)
FUNCTIONS = (PARENT, DISPATCHER, WORKER, UNDELIVERED)
_NAMES = {
    **{one.resource: one.name for one in FUNCTIONS},
    "Ledger": LEDGER,
    "Results": RESULTS,
    "AWS::URLSuffix": "amazonaws.com",
}


def environment(function: Function, parameters: Mapping[str, str] = _NONE) -> dict[str, str]:
    """Return the variables that the template sets with these parameters, and those that Lambda sets by itself."""
    variables = _properties(function)["Environment"]["Variables"]
    own = {"AWS_LAMBDA_FUNCTION_NAME": function.name, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
    return {key: _text(value, parameters) for key, value in variables.items()} | own


def timeout(function: Function, parameters: Mapping[str, str] = _NONE) -> float:
    """Return how many seconds an event may take."""
    return float(_text(_properties(function)["Timeout"], parameters))


def _properties(function: Function) -> dict[str, Any]:
    found: dict[str, Any] = template()["Resources"][function.resource]["Properties"]
    return found


def _text(value: object, parameters: Mapping[str, str]) -> str:
    """Return the text of a value in the template: a literal, a resource's name or a parameter."""
    match value:
        case {"Ref": str(name)}:
            return _NAMES.get(name) or parameters.get(name) or str(template()["Parameters"][name]["Default"])
        case _:
            return str(value)
