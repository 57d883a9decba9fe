"""Names."""

from __future__ import annotations

import keyword

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.errors import InvalidSweep
from domain.space.names import check_name, check_sweep_name, check_target
from domain.space.parameter import Parameter
from domain.space.values import Values


@given(st.text(max_size=70))
def test_every_name_that_passes_is_a_keyword_argument(name: str) -> None:
    """A parameter's name is an ASCII identifier of at most 64 characters and no keyword; all others are refused."""
    usable = name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and len(name) <= 64
    if usable:
        assert Parameter(name, Values((1,))).name == name
        return
    with pytest.raises(InvalidSweep) as raised:
        Parameter(name, Values((1,)))
    assert raised.value.problems[0].path == f"parameters.{name}"


@pytest.mark.parametrize("name", keyword.kwlist)
def test_a_keyword_is_refused_with_a_remedy(name: str) -> None:
    """The message proposes another name."""
    with pytest.raises(InvalidSweep, match=f"constants.{name}: is a Python keyword; .* {name}_"):
        check_name(name, "constants")


@pytest.mark.parametrize("name", ["", "-a", "a\n", "a/b", "x" * 65, "é"])
def test_a_sweep_name_is_part_of_a_file_name(name: str) -> None:
    """Nothing that a path could misunderstand, a trailing newline included."""
    with pytest.raises(InvalidSweep, match="name: must be"):
        check_sweep_name(name)


@pytest.mark.parametrize("target", ["f", "m:", ":f", "m.:f", "m:f()", "m:f\n", "m f:g"])
def test_a_target_reads_module_function(target: str) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidSweep, match="target: must read module:function"):
        check_target(target)


def test_a_target_has_at_most_256_characters() -> None:
    """The limit is that of the request's schema, for a target that comes from the command line as well."""
    check_target("m:" + "f" * 254)
    with pytest.raises(InvalidSweep, match="target: is too long; at most 256 characters"):
        check_target("m:" + "f" * 255)
