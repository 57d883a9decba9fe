"""The request that a call asks for: of a sweep file, of a target's name, or of a function."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from adapters.documents.request import with_condition, with_count
from adapters.machine.function_files import plain_name
from adapters.machine.importable import module_holds, module_name
from adapters.machine.python_targets import check_signature
from adapters.point_files.intake import read_client_request
from application.documents.space import levels_document
from application.place import Place
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.space.kinds import PARAMETER_KINDS
from domain.space.names import TARGET_NAME
from domain.space.scalars import Json
from entrypoints.extending import extending
from entrypoints.python_api.levels import Conditional, Source

# A function, the name of one (`module:function`), or a sweep file.
What: TypeAlias = Callable[..., object] | str | os.PathLike[str]
# By name a list of values (numpy's arrays too), a `range`, levels such as those of `linspace`, or any of these with
# `when`; or a list of points.
Parameters: TypeAlias = Mapping[str, Source | Conditional] | Sequence[Mapping[str, Any]]


class HasId(Protocol):
    """A sweep, such as the results of one, or a job."""

    @property
    def id(self) -> str:
        """The sweep's id."""
        ...


# The sweep itself; or its id, the beginning of the id, its name, or `latest`.
Earlier: TypeAlias = HasId | str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call says of the sweep."""

    what: What
    parameters: Parameters | None = None
    constants: Mapping[str, Any] = field(default_factory=dict)
    name: str | None = None
    shards: int | None = None
    replicates: int | Mapping[str, int] | None = None
    order: str | None = None
    where: str | None = None
    design: Mapping[str, Any] | None = None
    extends: Earlier | None = None

    @property
    def file(self) -> Path | None:
        """The sweep file; None where a function is named or passed."""
        if callable(self.what):
            return None
        text = os.fspath(self.what)
        return None if re.fullmatch(TARGET_NAME, text) and not Path(text).exists() else Path(text)

    def request(self, place: Place) -> SweepRequest:
        """Return the request; raises `InvalidSweep`.

        A function that no module holds is kept in the place, once the request is known to make sense.
        """
        earlier = self.extends if self.extends is None or isinstance(self.extends, str) else self.extends.id
        # What a file names is beside it; what a call names is seen from the current folder.
        folder = self.file.parent if self.file and self.design is None else Path()
        request = extending(read_client_request(self._document(), folder), earlier, place.find)
        if callable(self.what):
            check_signature(self.what, request.keywords, request.offered, request.optional)
            request = replace(request, target=_target(self.what, place))
        return request

    def _document(self) -> Json:
        document: Json
        if self.file:
            from adapters.documents.sweep_file import read_sweep_document  # noqa: PLC0415 - it loads a parser

            document = read_sweep_document(self.file)
        else:
            target = f"__main__:{plain_name(self.what)}" if callable(self.what) else os.fspath(self.what)
            document = {"name": target.rpartition(":")[2].strip("_") or "sweep", "target": target}
        if isinstance(document, dict):
            self._add_to(document)
        return document

    def _add_to(self, document: dict[str, Json]) -> None:
        """Add what is said beside the file; it goes before what the file says."""
        if isinstance(self.parameters, Mapping):
            parameters = {name: _parameter(name, one) for name, one in self.parameters.items()}
            replacing = {name: with_condition(document, name, one) for name, one in parameters.items()}
            _update(document, "parameters", replacing)
        elif self.parameters is not None:
            points: list[Json] = [{name: _plain(one) for name, one in point.items()} for point in self.parameters]
            document["design"] = {"kind": "points", "points": points}
        if self.design is not None:
            document["design"] = {name: _plain(one) for name, one in self.design.items()}
        _update(document, "constants", {name: _plain(one) for name, one in self.constants.items()})
        document |= {"name": self.name} if self.name else {}
        if isinstance(self.replicates, Mapping):
            document["replicates"] = {name: _plain(one) for name, one in self.replicates.items()}
        elif self.replicates is not None:
            document["replicates"] = with_count(document.get("replicates"), _plain(self.replicates))
        document |= {"sharding": {"shards": self.shards}} if self.shards else {}
        document |= {"dispatch": {"order": self.order}} if self.order is not None else {}
        document |= {} if self.where is None else {"where": self.where}


def _update(document: dict[str, Json], key: str, entries: dict[str, Json]) -> None:
    known = document.get(key) or {}
    if entries and isinstance(known, dict):
        document[key] = {**known, **entries}


def _target(function: Callable[..., object], place: Place) -> str:
    """Return the name by which the workers of a place find a function."""
    name = f"{module_name(function)}:{getattr(function, '__qualname__', '')}"
    if module_holds(function) and re.fullmatch(TARGET_NAME, name):
        return name
    if place.functions is None:
        raise InvalidSweep.at(
            "target",
            f"{plain_name(function)} is defined in a notebook, a script or another function, from where {place.name} "
            "cannot import it; put it into a module, deploy that (TARGETS=FOLDER, AllowedTargets), and pass "
            f"'module:{plain_name(function)}'",
        )
    return place.functions.keep(function)


def _parameter(name: str, values: Source | Conditional) -> Json:
    if not isinstance(values, Conditional):
        return _levels(name, values)
    levels = _levels(name, values.source)
    conditions: Json = {name: _plain(one) for name, one in values.conditions.items()}
    return {**(levels if isinstance(levels, dict) else {"values": levels}), "when": conditions}


def _levels(name: str, values: Source) -> Json:
    if PARAMETER_KINDS.has(values):
        return levels_document(values)
    if isinstance(values, range):
        return {"range": {"start": values.start, "stop": values.stop, "step": values.step}}
    if isinstance(values, (str, bytes, Mapping)) or not isinstance(values, Iterable):
        message = f"must be a list of values, or levels such as ss.linspace(0, 1, 11), not {values!r}"
        raise InvalidSweep.at(f"parameters.{name}", message)
    plain = _plain(values)
    return plain if isinstance(plain, list) else [_plain(value) for value in values]


def _plain(value: Any) -> Any:  # noqa: ANN401 - any value, which the reader of requests checks
    """Return Python's own value of one of numpy's; a list of those of a list."""
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    tolist = getattr(value, "tolist", None)
    return tolist() if callable(tolist) else value
