"""Documents of untrusted callers: hypothesis strategies for any JSON, and for documents that are nearly requests."""

from __future__ import annotations

from hypothesis import strategies as st

SECRET = "hunter2secret"  # noqa: S105 - stands for any text of a user
_WORDS = [
    *("name", "target", "parameters", "constants", "design", "sharding", "kind", "grid", "points", "zip", "values"),
    *("linspace", "geomspace", "logspace", "range", "start", "stop", "num", "step", "base", "shards"),
    *("max_points_per_shard", "dispatch", "order", "spread", "x", "y", "lambda", "", "a b", "toy:f", SECRET),
]
_leaves = (
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.integers(-3, 3)
    | st.floats()
    | st.sampled_from(_WORDS)
    | st.text(max_size=3)
    | st.just("\ud800")
)
_keys = st.sampled_from(_WORDS) | st.text(max_size=3)
anything = st.recursive(_leaves, lambda part: st.lists(part, max_size=4) | st.dictionaries(_keys, part, max_size=4))
_numbers = st.sampled_from([0, 1, -1, 2, 0.5, 1e308, -1e308, 5e-324, 10**18, 2**63, -(2**63)])
_kinds = st.fixed_dictionaries({}, optional=dict.fromkeys(("start", "stop", "num", "step", "base"), _numbers))
_axes = st.dictionaries(st.sampled_from(["linspace", "geomspace", "logspace", "range"]), _kinds, max_size=2)
_parameters = st.dictionaries(
    st.sampled_from(["x", "y", "z"]), _axes | st.lists(_leaves, max_size=3) | anything, max_size=3
)
nearly = st.fixed_dictionaries(
    {"name": st.just("toy") | anything},
    optional={
        "target": st.just("toy:f") | anything,
        "parameters": _parameters | anything,
        "constants": st.dictionaries(_keys, anything, max_size=2) | anything,
        "design": st.fixed_dictionaries({"zip": st.lists(st.lists(st.sampled_from("xyz"), max_size=3), max_size=2)})
        | st.fixed_dictionaries({"kind": st.just("points"), "points": st.lists(_parameters, max_size=2) | anything})
        | anything,
        "dispatch": st.dictionaries(st.just("order"), st.sampled_from(["plan", "spread"]) | _leaves) | anything,
        "sharding": st.dictionaries(st.sampled_from(["shards", "max_points_per_shard"]), _numbers) | anything,
    },
)
