"""The request that a command line asks for: a sweep file, or a function with its parameters, or both together."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from adapters.documents.request import with_condition, with_count
from adapters.documents.strict_yaml import read_yaml
from adapters.documents.sweep_file import read_sweep_document
from adapters.documents.sweep_text import sweep_json, sweep_yaml
from adapters.point_files.intake import FILE, read_client_request
from domain.dispatch_order import DispatchOrder
from domain.errors import InvalidSweep, Problem, located
from domain.plan import ShardCount
from domain.request import SweepRequest
from domain.space.kinds import PARAMETER_KINDS
from domain.space.scalars import Json
from entrypoints.cli.asked import Asked
from entrypoints.cli.long_work import bar
from entrypoints.extending import Find, extending

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9_-]")
_LONGEST_NAME = 64
# The places of a document that an option says as a whole.
_OF_THE_DESIGN = {"design.kind", "design.points", "design.seed", "design.file"}
_WHOLE = {"parameters", "replicates", "target", "name", "where", "extends"} | _OF_THE_DESIGN


def request_of(asked: Asked, find: Find | None = None) -> SweepRequest:
    """Return the request, after writing it to the file of `--save`; raises `InvalidSweep`, which names the option.

    `find` finds the sweep of `--extend`; without it, the request extends none.
    """
    document = read_sweep_document(asked.file) if asked.file else _document_of(asked.what)
    if isinstance(document, dict):
        parameters = [_parameter(text) for text in asked.parameters]
        replacing = [(name, with_condition(document, name, one)) for name, one in parameters]
        _add(document, "parameters", "-p", replacing)
        _add(document, "constants", "-c", [_constant(text) for text in asked.constants])
        _sample(document, asked)
        if asked.replicates:
            document["replicates"] = with_count(document.get("replicates"), asked.replicates)
        document |= {key: value for key, value in (("target", asked.target), ("name", asked.name)) if value}
        document |= {} if asked.where is None else {"where": asked.where}
    with _named_by_option(asked), bar("reading points") as show:
        request = read_client_request(document, asked.points_folder, show)
    if asked.shards:
        with located("--shards"):
            request = replace(request, sharding=ShardCount(asked.shards))
    if asked.order:
        request = replace(request, order=DispatchOrder(asked.order))
    request = extending(request, asked.extend, find)
    if asked.save:
        _save(asked.save, request, _design_to_save(document, request, asked))
    return request


@contextmanager
def extend_named(asked: Asked) -> Iterator[None]:
    """Call the place of the earlier sweep by its option, if that said which."""
    try:
        yield
    except InvalidSweep as error:
        if asked.extend is None:
            raise
        problems = (_of_option(problem, {"extends": "--extend"}) for problem in error.problems)
        raise type(error)(*problems) from error


@contextmanager
def _named_by_option(asked: Asked) -> Iterator[None]:
    """Call by their option the places of a document that come from the command line."""
    options = {f"parameters.{_halves('-p', text)[0]}": "-p" for text in asked.parameters}
    options |= {f"constants.{_halves('-c', text)[0]}": "-c" for text in asked.constants}
    options |= {key: f"--{key}" for key, value in (("target", asked.target), ("name", asked.name)) if value}
    options |= {"replicates": "--replicates"} if asked.replicates else {}
    options |= {"design.kind": "--design"} if asked.design else {}
    options |= {f"design.{key}": f"--{key}" for key in asked.numbers}
    options |= {"design.file": "--points-file"} if asked.points_file else {}
    if asked.where is not None:
        options["where"] = "--where"
    if not asked.file:
        options |= {"parameters": "-p", "name": "--name"}
    try:
        yield
    except InvalidSweep as error:
        raise type(error)(*(_of_option(problem, options) for problem in error.problems)) from error


def _of_option(problem: Problem, options: Mapping[str, str]) -> Problem:
    for place, option in options.items():
        if f"{problem.path}.".startswith(f"{place}."):
            rest = problem.path.removeprefix("parameters.").removeprefix("constants.")
            return replace(problem, path=option if problem.path in _WHOLE else f"{option} {rest}")
    return problem


def _document_of(target: str) -> dict[str, Json]:
    name = _NOT_IN_A_NAME.sub("-", target.rpartition(":")[2]).strip("-_")[:_LONGEST_NAME]
    return {"name": name or "sweep", "target": target}


def _add(document: dict[str, Json], key: str, option: str, entries: Sequence[tuple[str, Json]]) -> None:
    """Add entries to a mapping of the document; one that is there keeps its place, and gets the new value."""
    if not entries:
        return
    twice = [name for number, (name, _) in enumerate(entries) if name in dict(entries[:number])]
    if twice:
        raise InvalidSweep.at(option, f"names {twice[0]} twice")
    known = document.get(key) or {}
    if isinstance(known, dict):
        document[key] = {**known, **dict(entries)}


def _sample(document: dict[str, Json], asked: Asked) -> None:
    """Put the design's kind and numbers into the document; another kind than the file's has none of its options."""
    said: dict[str, Json] = {**({"kind": asked.design} if asked.design else {}), **asked.numbers}
    known = document.get("design")
    if asked.points_file:
        document["design"] = {"kind": "points", FILE: str(asked.points_file), **said}
        return
    if said:
        keeps = isinstance(known, dict) and asked.design in {None, known.get("kind")}
        document["design"] = {**known, **said} if keeps and isinstance(known, dict) else said


def _parameter(text: str) -> tuple[str, Json]:
    """Return a parameter of `NAME=1,2,3`, whose values are those of a YAML list, or of `NAME=KIND:START:STOP:...`."""
    name, values = _halves("-p", text)
    kind, _, rest = values.partition(":")
    if kind in PARAMETER_KINDS and rest:
        return name, {kind: _fields(f"-p {name}", kind, rest.split(":"))}
    found = _yaml(f"-p {name}", f"[{values}]")
    return name, found


def _fields(option: str, kind: str, texts: Sequence[str]) -> Json:
    levels: Any = PARAMETER_KINDS[kind]  # each kind is a dataclass
    names = [field.name for field in fields(levels) if field.init]
    if names == [kind]:
        return _yaml(option, f"[{':'.join(texts)}]")
    if len(texts) > len(names):
        raise InvalidSweep.at(option, f"has {len(texts)} values; {kind} takes {':'.join(names)}")
    return {field: _yaml(option, text) for field, text in zip(names, texts, strict=False)}


def _constant(text: str) -> tuple[str, Json]:
    """Return a constant of `NAME=VALUE`; the value is one of YAML: a number is a number, and `"10"` is text."""
    name, value = _halves("-c", text)
    return name, _yaml(f"-c {name}", value)


def _halves(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals or not name.strip():
        raise InvalidSweep.at(option, f"must be NAME=..., not {text!r}")
    return name.strip(), value


def _yaml(option: str, text: str) -> Json:
    with located(option):
        return read_yaml(text)


def _design_to_save(document: Json, request: SweepRequest, asked: Asked) -> Json:
    """Return the design by its file of points, as seen from the file that is saved; None if it has none."""
    design = document.get("design") if isinstance(document, dict) else None
    if not isinstance(design, dict) or not isinstance(design.get(FILE), str) or asked.save is None:
        return None
    path = os.path.relpath(asked.points_folder / str(design[FILE]), asked.save.parent)
    grid = request.design.options().get("grid")
    return {"kind": "points", FILE: path, **({"grid": grid} if grid else {})}


def _save(path: Path, request: SweepRequest, design: Json) -> None:
    text = sweep_json(request, design) if path.suffix == ".json" else sweep_yaml(request, design)
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidSweep.at("--save", f"cannot write {path}: {error.strerror}") from error
