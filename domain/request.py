"""The request: what a user asks for, once it is known to make sense."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from domain.designs.design import Design
from domain.designs.replicated import check_not_taken
from domain.dispatch_order import DispatchOrder
from domain.errors import InvalidSweep
from domain.keywords import given_keywords, offered_keywords
from domain.plan import DefaultSharding, Plan, Sharding, make_plan
from domain.space.existence import optional_names
from domain.space.names import check_name, check_sweep_id, check_sweep_name, check_target
from domain.space.scalars import Json, check_json

if TYPE_CHECKING:
    from domain.conditions.condition import Condition


@dataclass(frozen=True, slots=True)
class SweepRequest:
    """One function, evaluated at every point of one design, or at those that satisfy the condition `where`.

    `order` is how its shards start, `extends` the id of an earlier sweep that has values of points: neither decides
    a result.
    """

    name: str
    target: str | None
    design: Design
    constants: dict[str, Json] = field(default_factory=dict)
    sharding: Sharding = field(default_factory=DefaultSharding)
    order: DispatchOrder = DispatchOrder.PLAN
    where: Condition | None = None
    extends: str | None = None
    plan: Plan = field(init=False)

    def __post_init__(self) -> None:
        """Refuse unusable names, a constant that is also a parameter, and a sharding that does not fit the size."""
        check_sweep_name(self.name)
        if self.target is not None:
            check_target(self.target)
        if self.extends is not None:
            check_sweep_id(self.extends)
        for constant, value in self.constants.items():
            check_name(constant, "constants")
            check_json(f"constants.{constant}", value)
            if self.offered:
                check_not_taken("constants", constant)
            if constant in self.design.names:
                raise InvalidSweep.at(f"constants.{constant}", "is also a parameter; a name can be only one of the two")
        object.__setattr__(self, "plan", make_plan(self.design.size, self.sharding))

    @property
    def keywords(self) -> tuple[str, ...]:
        """The names of the keyword arguments that the target is called with."""
        return given_keywords(self.design, self.constants)

    @property
    def offered(self) -> tuple[str, ...]:
        """The names of those that it is called with as well if its signature names them."""
        return offered_keywords(self.design)

    @property
    def optional(self) -> tuple[str, ...]:
        """The names of those that the target is not called with at every point."""
        return optional_names(self.design.parameters)

    def constrained(self, where: str | None) -> SweepRequest:
        """Return the request with a condition that its points must satisfy, if there is one; raises `InvalidSweep`."""
        if where is None:
            return self
        from domain.conditions.condition import Condition  # noqa: PLC0415 - only a request with a condition waits for it
        from domain.designs.point_kinds import kinds_of_points  # noqa: PLC0415 - likewise

        return replace(self, where=Condition.parse(where, kinds_of_points(self.design), self.constants))

    def require_target(self) -> str:
        """Return the target; raises `InvalidSweep` for a request that names none, which can only be planned."""
        if self.target is None:
            raise InvalidSweep.at("target", "is missing; name the function to evaluate as module:function")
        return self.target
