"""The functions of the deployment: what runs each, and with which environment, by the template.

A function more is a row more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.contract.cloudformation import REGION, template

LEDGER, RESULTS = "ledger", "results"
TARGETS = "tests.e2e.chaos.targets"
# What this deployment is told in place of the defaults.
_PARAMETERS = {
    "AllowedTargets": ",".join(f"{TARGETS}:{name}" for name in ("steady", "partial", "shaky")),
    "DefaultTarget": f"{TARGETS}:steady",
    "WorkerTimeout": "20",
    "WorkerRetries": "2",
    "WorkerEventAge": "60",
    "DispatchConcurrency": "8",
}


@dataclass(frozen=True, slots=True)
class Function:
    """One function: its module, its resource in the template, and how many processes run it at once."""

    name: str
    module: str
    resource: str
    processes: int
    # Where Lambda sends the record of an event on which it gave up.
    on_failure: str | None = None

    @property
    def retries(self) -> int:
        """How often Lambda runs an event again after an error."""
        return 2 if self.on_failure else 0

    @property
    def timeout(self) -> float:
        """How many seconds an event may take."""
        return float(_text(self._properties["Timeout"]))

    @property
    def environment(self) -> dict[str, str]:
        """The variables that the template sets, and those that Lambda sets by itself."""
        variables = self._properties["Environment"]["Variables"]
        own = {"AWS_LAMBDA_FUNCTION_NAME": self.name, "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}
        return {key: _text(value) for key, value in variables.items()} | own

    @property
    def _properties(self) -> dict[str, Any]:
        found: dict[str, Any] = template()["Resources"][self.resource]["Properties"]
        return found


PARENT = Function("parent", "entrypoints.parent", "Parent", 3)
WORKER = Function("worker", "entrypoints.worker", "Worker", 4, on_failure="undelivered")
UNDELIVERED = Function("undelivered", "entrypoints.undelivered", "Undelivered", 1)
FUNCTIONS = (PARENT, WORKER, UNDELIVERED)
_NAMES = {one.resource: one.name for one in FUNCTIONS} | {"Ledger": LEDGER, "Results": RESULTS}


def _text(value: object) -> str:
    """Return the text of a value in the template: a literal, a resource's name or a parameter."""
    match value:
        case {"Ref": str(name)}:
            return _NAMES.get(name) or _PARAMETERS.get(name) or str(template()["Parameters"][name]["Default"])
        case _:
            return str(value)
