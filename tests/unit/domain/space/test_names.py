"""The rules for names of parameters, sweeps and targets."""

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
def test_every_accepted_name_is_a_keyword_argument(name: str) -> None:
    """A name is accepted if and only if it is an ASCII identifier of at most 64 characters and no keyword."""
    usable = name.isascii() and name.isidentifier() and not keyword.iskeyword(name) and len(name) <= 64
    if usable:
        assert Parameter(name, Values((1,))).name == name
        return
    with pytest.raises(InvalidSweep) as raised:
        Parameter(name, Values((1,)))
    assert raised.value.problems[0].path == f"parameters.{name}"


@pytest.mark.parametrize("name", keyword.kwlist)
def test_a_keyword_is_refused_with_a_remedy(name: str) -> None:
    """The error proposes another name."""
    with pytest.raises(InvalidSweep, match=f"constants.{name}: is a Python keyword; .* {name}_"):
        check_name(name, "constants")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("", id="empty"),
        pytest.param("-a", id="a leading dash"),
        pytest.param("a\n", id="a trailing newline"),
        pytest.param("a/b", id="a slash"),
        pytest.param("x" * 65, id="65 characters"),
        pytest.param("é", id="not ASCII"),
    ],
)
def test_a_sweep_name_that_is_unsafe_in_a_path_is_refused(name: str) -> None:
    """A sweep's name becomes part of a file name: a slash or a newline is refused."""
    with pytest.raises(InvalidSweep, match="name: must be"):
        check_sweep_name(name)


@pytest.mark.parametrize(
    "target",
    [
        pytest.param("f", id="no colon"),
        pytest.param("m:", id="no function"),
        pytest.param(":f", id="no module"),
        pytest.param("m.:f", id="a trailing dot"),
        pytest.param("m:f()", id="a call"),
        pytest.param("m:f\n", id="a trailing newline"),
        pytest.param("m f:g", id="a space"),
    ],
)
def test_a_malformed_target_is_refused(target: str) -> None:
    """Any text but `module:function` is refused."""
    with pytest.raises(InvalidSweep, match="target: must read module:function"):
        check_target(target)


def test_a_target_has_at_most_256_characters() -> None:
    """The limit is that of the request's schema, for a target that comes from the command line as well."""
    check_target("m:" + "f" * 254)
    with pytest.raises(InvalidSweep, match="target: is too long; at most 256 characters"):
        check_target("m:" + "f" * 255)
