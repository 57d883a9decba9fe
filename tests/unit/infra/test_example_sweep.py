"""The request that `up` prints fits the default target."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from infra.local.example_sweep import UNKNOWN, example
from infra.sources import LAYERS, ROOT

TARGETS = """
from functools import partial
def needs(a, b, *, c, d=1): return 0
def may(a=1, b=2): return 0
def any_name(**names): return 0
fixed = partial(needs, b=2)
print("a line of the module's own")
"""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a bundle of the layers and a module."""
    folder = tmp_path_factory.mktemp("bundle")
    for layer in LAYERS:
        (folder / layer).symlink_to(ROOT / layer)
    (folder / "models.py").write_text(TARGETS, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("function", "parameters"),
    [
        pytest.param("needs", ["a=1,2,3", "b=1", "c=1"], id="those that it needs"),
        pytest.param("may", ["a=1,2,3", "b=1"], id="all if it needs none"),
        pytest.param("fixed", ["a=1,2,3", "c=1"], id="a partial"),
        pytest.param("any_name", [f"{UNKNOWN}=1,2,3"], id="any"),
        pytest.param("gone", [f"{UNKNOWN}=1,2,3"], id="a function that cannot be imported"),
    ],
)
def test_the_request_has_the_targets_parameters(bundle: Path, function: str, parameters: list[str]) -> None:
    """Three points; where the target does not say its parameters, a word stands for them."""
    target, *words = shlex.split(example(bundle, f"models:{function}"))
    assert (target, words[1::2], set(words[::2])) == (f"models:{function}", parameters, {"-p"})
