"""`sweep point`: evaluates one point in this process."""

from __future__ import annotations

import json
import os
import re
import shlex
import traceback
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType

import typer

from adapters.documents.strict_yaml import read_yaml
from application import evaluate_point
from application.documents.compact_json import encode
from application.documents.result_lines import point_error, value_text
from application.evaluate_point import Evaluation
from application.ports.kept_functions import KeptFunctions
from domain.designs.lookup import index_of
from domain.dispatch_policy import no_deadline
from domain.errors import InvalidSweep, Problem, TargetUnavailable, located
from domain.request import SweepRequest
from domain.space.names import TARGET_NAME
from domain.space.scalars import Json, Scalar
from entrypoints.cli.asked import Asked
from entrypoints.cli.exit_codes import ExitCode
from entrypoints.cli.importing import importable, paths_of, printing_aside
from entrypoints.cli.interrupts import interruptible
from entrypoints.cli.requests import request_of
from entrypoints.cli.texts import printable
from entrypoints.containers.by_hand import ByHandContainer
from entrypoints.places import Where, known_place

# In seconds.
_MILLISECOND = 1e-3
_OURS = os.fspath(Path(evaluate_point.__file__).parent) + os.sep
_NAME = re.compile(r"(?:^|,)\s*([A-Za-z_][A-Za-z0-9_]*)\s*=")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which point, and what to do with it: by its index, or by values of its parameters as YAML has them."""

    index: int | None
    values: str | None
    debug: bool = False

    def __post_init__(self) -> None:
        """Refuse a point that is named twice or not at all."""
        if (self.index is None) == (self.values is None):
            raise InvalidSweep.at("INDEX", 'say which point: either its index, or --where "name=value,name=value"')


@dataclass(frozen=True, slots=True)
class _Chosen:
    """A request, the folders that hold its target, and the functions that no module holds."""

    name: str
    request: SweepRequest
    import_paths: Sequence[str]
    functions: KeptFunctions | None = None


def point(asked: Asked, where: Where, wanted: Wanted, *, as_json: bool) -> ExitCode:
    """Evaluate one point of a file, of a function's parameters or of a sweep, and show what became of it."""
    if wanted.debug and as_json:
        raise InvalidSweep.at("--pdb", "is for people; leave out --json")
    chosen = _of_file(asked) if _is_of_file(asked.what) else _of_sweep(asked, where)
    request = chosen.request
    index = _index(request, wanted)
    with interruptible(), importable(chosen.import_paths):
        with printing_aside(wanted=as_json):
            evaluation = _evaluate(chosen, index)
        if as_json:
            typer.echo(encode(_document(evaluation)))
        else:
            for line in _lines(chosen.name, request, evaluation):
                typer.echo(line)
        if wanted.debug:
            _debug(evaluation)
    return ExitCode.OK if evaluation.error is None else ExitCode.FAILURES


def _evaluate(chosen: _Chosen, index: int) -> Evaluation:
    try:
        return ByHandContainer(functions=chosen.functions).evaluate_point()(chosen.request, index)
    except TargetUnavailable as error:
        here = "go to the folder that holds the target, or name one that is here with --target M:F"
        raise TargetUnavailable(*error.problems, Problem("", f"{here}; looked in {Path.cwd()}")) from error


def _is_of_file(what: str) -> bool:
    """Return whether a text names a file or a function, and not a sweep by its id."""
    path = Path(what)
    return path.exists() or re.fullmatch(TARGET_NAME, what) is not None or bool(path.suffix) or "/" in what


def _of_file(asked: Asked) -> _Chosen:
    return _Chosen(asked.what, request_of(asked), asked.import_paths)


def _of_sweep(asked: Asked, where: Where) -> _Chosen:
    if replace(asked, target=None).words or asked.save:
        words = shlex.join(asked.words)
        raise InvalidSweep.at(asked.what, f"is a sweep, whose request stands: it takes --target alone, not {words}")
    place = known_place(where)
    sweep_id = place.find(asked.what, no_deadline).id
    recalled = place.sweeps.request(sweep_id, no_deadline)
    request = replace(recalled, target=asked.target or recalled.target)
    return _Chosen(sweep_id, request, paths_of(sweep_id, place), place.functions)


def _index(request: SweepRequest, wanted: Wanted) -> int:
    if wanted.index is None:
        with located("--where"):
            return index_of(request.design, _values(wanted.values or ""))
    if wanted.index >= request.plan.size:
        raise InvalidSweep.at("INDEX", f"must be 0 to {request.plan.size - 1}: there are {request.plan.size:,} points")
    return wanted.index


def _values(text: str) -> Mapping[str, Scalar]:
    """Return the values of `angle=45,speed=10`, each as YAML has it: a number is a number, and `"10"` is text."""
    before, *pieces = _NAME.split(text)
    if before.strip() or not pieces:
        raise InvalidSweep.at("", f"must be name=value,name=value, not {text!r}")
    values: dict[str, Scalar] = {}
    for name, value in zip(pieces[::2], pieces[1::2], strict=True):
        if name in values:
            raise InvalidSweep.at(name, "stands twice")
        with located(name):
            found = read_yaml(value)
        if isinstance(found, list | dict):
            raise InvalidSweep.at(name, f"must be one value, not {value}")
        values[name] = found
    return values


def _lines(name: str, request: SweepRequest, evaluation: Evaluation) -> Iterator[str]:
    yield f"point {evaluation.index} of {name}, by {request.target}"
    for keyword, value in evaluation.keywords.items():
        yield f"  {keyword} = {value_text(value)}{_note(request, keyword)}"
    if evaluation.is_skipped:
        yield "skipped: the point does not satisfy where, so that the target was not called"
        return
    yield f"time:    {_time(evaluation.seconds)}"
    if evaluation.error is None:
        yield f"value:   {evaluation.value}"
    else:
        error = point_error(evaluation.index, evaluation.error)
        yield f"error:   {error.type}: {printable(error.message)}"
        yield _traceback(evaluation.error)


def _note(request: SweepRequest, keyword: str) -> str:
    if keyword in request.offered:
        return "    # of this replicate"
    return "    # a constant" if keyword in request.constants else ""


def _document(evaluation: Evaluation) -> dict[str, Json]:
    document: dict[str, Json] = {
        "index": evaluation.index,
        "keywords": {name: json.loads(value_text(value)) for name, value in evaluation.keywords.items()},
        "seconds": evaluation.seconds,
    }
    if evaluation.is_skipped:
        return {**document, "skipped": True}
    if evaluation.value is not None:
        return {**document, "value": json.loads(evaluation.value)}
    raised = evaluation.error or SystemExit()
    error = point_error(evaluation.index, raised)
    return {**document, "error": {"type": error.type, "message": error.message, "traceback": _traceback(raised)}}


def _time(seconds: float) -> str:
    return f"{seconds / _MILLISECOND:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _traceback(error: BaseException) -> str:
    """Return the traceback as Python prints it, from the target's first line on."""
    return "".join(traceback.format_exception(type(error), error, _users(error))).rstrip()


def _users(error: BaseException) -> TracebackType | None:
    """Return the part of a traceback after our own code; None where that is all of it."""
    part = error.__traceback__
    while part and part.tb_frame.f_code.co_filename.startswith(_OURS):
        part = part.tb_next
    return part


def _debug(evaluation: Evaluation) -> None:
    """Open the debugger where the target raised an exception."""
    if evaluation.error is None:
        typer.echo("the point has no error: there is no exception to look at", err=True)
        return
    import pdb  # noqa: PLC0415, T100 - what the option asks for

    pdb.post_mortem(_users(evaluation.error) or evaluation.error.__traceback__)
