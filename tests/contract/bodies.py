"""Bodies of `POST /sweeps`, each with the verdict of the gateway's model and of the parent."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Literal

Verdict = Literal["accepted", "gateway", "domain"]


@dataclass(frozen=True, slots=True)
class Body:
    """A body that is `accepted`, refused by the `gateway` (and by the parent), or refused by the `domain` with 422.

    `path` is where the parent finds the problem.
    """

    about: str
    raw: bytes
    verdict: Verdict
    path: str = ""


def _with(about: str, verdict: Verdict, path: str = "", **parts: object) -> Body:
    """Return a small valid request with some parts replaced; None leaves a part out."""
    document = {"name": "toy", "parameters": {"x": [1, 2, 3, 4]}} | parts
    kept = {key: part for key, part in document.items() if part is not None}
    return Body(about, json.dumps(kept).encode(), verdict, path)


def _x(about: str, verdict: Verdict, path: str, parameter: object) -> Body:
    return _with(about, verdict, path, parameters={"x": parameter})


def _span(kind: str, **spec: object) -> dict[str, object]:
    return {kind: spec}


def _raw(about: str, text: str, path: str = "") -> Body:
    return Body(about, text.encode(), "gateway", path)


_POINTS = {"kind": "points", "points": [{"x": 1, "y": "a"}, {"x": 2, "y": None}]}

ACCEPTED = [
    _with("the smallest request", "accepted"),
    _with("a target", "accepted", target="examples.projectile:simulate"),
    _x("a mixed list", "accepted", "", [1, 2.5, "a", True, None]),
    _x("values", "accepted", "", {"values": [1]}),
    _x("linspace", "accepted", "", _span("linspace", start=5, stop=85, num=81)),
    _x("a falling linspace", "accepted", "", _span("linspace", start=1.5, stop=-1, num=3)),
    _x("geomspace", "accepted", "", _span("geomspace", start=0.0001, stop=0.1, num=4)),
    _x("logspace", "accepted", "", _span("logspace", start=0, stop=3, num=4)),
    _x("logspace with a base", "accepted", "", _span("logspace", start=0, stop=3, num=4, base=2)),
    _x("range", "accepted", "", _span("range", start=0, stop=100, step=5)),
    _x("range of floats", "accepted", "", _span("range", start=0, stop=1, step=0.25)),
    _x("range without a step", "accepted", "", _span("range", start=0, stop=4)),
    _with("constants", "accepted", constants={"g": 9.81, "deep": {"a b": [1, {"c": None}]}}),
    _with("no constants", "accepted", constants={}),
    _with("a grid", "accepted", design={"kind": "grid"}),
    _with("a design without a kind", "accepted", design={}),
    _with("a zip", "accepted", parameters={"x": [1, 2], "y": [3, 4]}, design={"zip": [["x", "y"]]}),
    _with("points", "accepted", parameters=None, design=_POINTS),
    _with("points per shard", "accepted", sharding={"max_points_per_shard": 2}),
    _with("shards", "accepted", sharding={"shards": 4}),
    _with("the order of the plan", "accepted", dispatch={"order": "plan"}),
    _with("a spread order", "accepted", dispatch={"order": "spread"}),
    _with("no sharding", "accepted", sharding=json.loads("null")),
    _with("64 parameters", "accepted", parameters={f"p{number}": [1] for number in range(64)}),
    _with("the longest name", "accepted", name="n" * 64),
    Body("white space around the document", b' \n{"name": "toy", "parameters": {"x": [1]}}\t', "accepted"),
    Body("a target of null", b'{"name": "toy", "target": null, "parameters": {"x": [1]}}', "accepted"),
    Body("UTF-8", '{"name": "toy", "parameters": {"x": ["ü€😀"]}}'.encode(), "accepted"),
]
REFUSED_BY_THE_GATEWAY = [
    _raw("an empty body", "", "line 1, column 1"),
    _raw("half a document", '{"name": "toy"', "line 1, column 15"),
    _raw("YAML", "name: toy", "line 1, column 1"),
    _raw("a list", "[]"),
    _raw("a string", '"toy"'),
    _raw("null", "null"),
    _raw("NaN", '{"name": "toy", "parameters": {"x": [NaN]}}'),
    _raw("Infinity", '{"name": "toy", "parameters": {"x": [-Infinity]}}'),
    _raw("a trailing comma", '{"name": "toy",}', "line 1, column 16"),
    _raw("an empty object", "{}", "name"),
    _with("no name", "gateway", "name", name=None),
    _with("a number as name", "gateway", "name", name=1),
    _with("an empty name", "gateway", "name", name=""),
    _with("a name with a space", "gateway", "name", name="a toy"),
    _with("a name too long", "gateway", "name", name="n" * 65),
    _with("a list as target", "gateway", "target", target=[]),
    _with("a target without a function", "gateway", "target", target="toy"),
    _with("an unknown key", "gateway", "paramters", paramters={}),
    _with("no parameters", "gateway", "parameters", parameters=None),
    _with("empty parameters", "gateway", "parameters", parameters={}),
    _with("65 parameters", "gateway", "parameters", parameters={f"p{number}": [1] for number in range(65)}),
    _with("a list of parameters", "gateway", "parameters", parameters=[1]),
    _with("a parameter's name with a space", "gateway", "parameters.a b", parameters={"a b": [1]}),
    _x("an empty list", "gateway", "parameters.x", []),
    _x("a number as levels", "gateway", "parameters.x", 1),
    _x("a list in a list", "gateway", "parameters.x.0", [[1]]),
    _x("empty values", "gateway", "parameters.x.values", {"values": []}),
    _x("two kinds", "gateway", "parameters.x.range", {"values": [1], "range": {"start": 0, "stop": 1}}),
    _x("no kind", "gateway", "parameters.x", {}),
    _x("an unknown kind", "gateway", "parameters.x.linspce", _span("linspce", start=0, stop=1, num=2)),
    _x("num is missing", "gateway", "parameters.x.linspace.num", _span("linspace", start=0, stop=1)),
    _x("num is zero", "gateway", "parameters.x.linspace.num", _span("linspace", start=0, stop=1, num=0)),
    _x("num is a fraction", "gateway", "parameters.x.linspace.num", _span("linspace", start=0, stop=1, num=2.5)),
    _x("num is text", "gateway", "parameters.x.linspace.num", _span("linspace", start=0, stop=1, num="2")),
    _x("num is beyond 64 bits", "gateway", "parameters.x.linspace.num", _span("linspace", start=0, stop=1, num=10**19)),
    _x("start is true", "gateway", "parameters.x.range.start", _span("range", start=True, stop=1)),
    _x("start is null", "gateway", "parameters.x.geomspace.start", _span("geomspace", start=None, stop=1, num=2)),
    _with("an unknown design", "gateway", "design.kind", design={"kind": "niederreiter"}),
    _with("an empty zip group", "gateway", "design.zip.0", design={"zip": [[]]}),
    _with("no points", "gateway", "design.points", parameters=None, design={"kind": "points", "points": []}),
    _with("an empty point", "gateway", "design.points.0", parameters=None, design={"kind": "points", "points": [{}]}),
    _with(
        "two shardings", "gateway", "sharding.max_points_per_shard", sharding={"shards": 1, "max_points_per_shard": 1}
    ),
    _with("zero shards", "gateway", "sharding.shards", sharding={"shards": 0}),
    _with("an unknown order", "gateway", "dispatch.order", dispatch={"order": "random"}),
    _with("an order of null", "gateway", "dispatch.order", dispatch={"order": None}),
    _with("a dispatch without an order", "gateway", "dispatch.order", dispatch={}),
    _with("an order by itself", "gateway", "dispatch", dispatch="spread"),
    _with("an extension of a path", "gateway", "extends", extends="../toy"),
    _with("an extension of a number", "gateway", "extends", extends=1),
    _with("a constant's name with a hyphen", "gateway", "constants.a-b", constants={"a-b": 1}),
    _with("a list of constants", "gateway", "constants", constants=[]),
]
REFUSED_BY_THE_DOMAIN = [
    _x("geomspace from zero", "domain", "parameters.x.geomspace.start", _span("geomspace", start=0, stop=1, num=3)),
    _x("geomspace through zero", "domain", "parameters.x.geomspace.stop", _span("geomspace", start=-1, stop=1, num=3)),
    _x("a range with a step of zero", "domain", "parameters.x.range.step", _span("range", start=0, stop=1, step=0)),
    _x(
        "a range with a step of the wrong sign",
        "domain",
        "parameters.x.range",
        _span("range", start=0, stop=1, step=-1),
    ),
    _x("a base of zero", "domain", "parameters.x.logspace.base", _span("logspace", start=0, stop=1, num=2, base=0)),
    _x("a level beyond floats", "domain", "parameters.x.logspace.stop", _span("logspace", start=0, stop=999, num=2)),
    _with("more shards than points", "domain", "sharding.shards", sharding={"shards": 5}),
    _with("a constant named like a parameter", "domain", "constants.x", constants={"x": 1}),
    _with("a zip group with an unknown name", "domain", "design.zip.0", design={"zip": [["x", "y"]]}),
    _with(
        "a zip group of unequal lengths",
        "domain",
        "design.zip.0",
        parameters={"x": [1, 2], "y": [3]},
        design={"zip": [["x", "y"]]},
    ),
    _with("parameters beside points", "domain", "parameters", design=_POINTS),
    _with(
        "points with different names",
        "domain",
        "design.points.1",
        parameters=None,
        design={"kind": "points", "points": [{"x": 1}, {"y": 1}]},
    ),
]
BODIES = ACCEPTED + REFUSED_BY_THE_GATEWAY + REFUSED_BY_THE_DOMAIN
