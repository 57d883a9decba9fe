"""The digest of a source: what changes it, and what does not."""

from __future__ import annotations

import ast
import hashlib
import random
import warnings
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.machine.syntax_digest import syntax_digest

_SOURCE = '''
import math

TABLE = {"a": [1, 2.5, None], **{}}


def f(x, *, k=3):
    """Return a number."""
    if x > 1e3 and k:
        return f"{x!r:>{k}} of {k}"
    return [math.sin(y) for y in range(int(x))]
'''
_LINES = _SOURCE.splitlines()
_NOTE = st.sampled_from(["", "# a note", "   # further in", "\t", "# caf\u00e9"])


@given(st.lists(st.tuples(st.integers(0, len(_LINES)), _NOTE), max_size=5))
def test_comments_and_blank_lines_keep_the_digest(notes: list[tuple[int, str]]) -> None:
    """Wherever they are put between the lines of a source."""
    lines = list(_LINES)
    for place, note in notes:
        lines.insert(place, note)
    assert syntax_digest("\n".join(lines).encode()) == syntax_digest(_SOURCE.encode())


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5) | st.binary(max_size=5))
def test_another_constant_is_another_digest(value: float | str | bytes) -> None:
    """Two sources with one constant each have the same digest exactly if it is written as the same constant."""
    for other in (0, 0.0, "", b"", "0", b"0"):
        same = repr(value) == repr(other)
        assert (syntax_digest(f"x = {value!a}".encode()) == syntax_digest(f"x = {other!a}".encode())) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("f(a, b)", "f(\n    a,\n    b,\n)"),
        ("x = 'a'", 'x = "a"'),
        ("x = 'a' 'b'", "x = ('a'\n  'b')"),
        ("x = u'a'", "x = 'a'"),
        ("x = f'{y}' 'b' f'c'", "x = f'{y}bc'"),
        ("if x:\n    y()", "if (x):\n\ty()\r\n"),
        ("x = 0xFF", "x = 255"),
        ("x = 1  # type: int", "x = 1"),
        ("x = 1", "# -*- coding: latin-1 -*-\nx = 1"),
        ("x = 1", "\ufeffx = 1"),
    ],
    ids=["lines", "quotes", "joined", "prefix", "f-string", "indent", "hexadecimal", "type", "encoding", "mark"],
)
def test_a_reformatting_keeps_the_digest(one: str, other: str) -> None:
    """What Python reads as the same program has the same digest."""
    assert syntax_digest(one.encode()) == syntax_digest(other.encode())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("{**a, b: c}", "{b: c, **a}"),
        ("x = 1", "x = 1.0"),
        ("x = 'None'", "x = None"),
        ("x = True", "x = 1"),
        ("def f(): 'a'", "def f(): 'b'"),
        ("f'{x!r}'", "f'{x!s}'"),
        ("def f(*, a, b=1): 0", "def f(*, b=1, a): 0"),
        ("global_ = [a, [b]]", "global_ = [[a], b]"),
        ("if a:\n  b\n  c", "if a:\n  b\nc"),
        ("import a.b", "from a import b"),
        ("from . import a", "from .. import a"),
        ("x = a - (b - c)", "x = a - b - c"),
    ],
    ids=[
        "dict", "float", "None", "bool", "docstring", "conversion", "defaults", "nesting", "block", "import", "level",
        "brackets",
    ],
)  # fmt: skip
def test_another_program_is_another_digest(one: str, other: str) -> None:
    """Also where only the order or the nesting differs; a docstring is part of the program, which can read it."""
    assert syntax_digest(one.encode()) != syntax_digest(other.encode())


@pytest.mark.parametrize(
    "source",
    [b"def f(:", b"x = 1\0", b"\x7fELF\xff\xfe", b"# coding: nothing", b"(" * 5000, b"#" * 3_000_000],
    ids=["no Python", "a zero", "binary", "an unknown encoding", "too deep", "too large"],
)
def test_what_cannot_be_parsed_is_digested_as_bytes(source: bytes) -> None:
    """Nothing is raised."""
    assert syntax_digest(source) == hashlib.sha256(source).hexdigest()


def test_a_long_chain_and_a_long_integer_are_digested() -> None:
    """Neither the depth of a tree nor the length of a number ends the digest."""
    chain = b"+".join([b"1"] * 1000)
    number = hex(7**9000).encode()
    assert syntax_digest(chain) == syntax_digest(chain + b" # long")
    assert syntax_digest(number) == syntax_digest(number + b" # long")


def test_a_warning_of_the_compiler_is_not_repeated() -> None:
    """The import of the source has shown it; here it would be an error under `-W error`."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert syntax_digest(rb"x = '\d'") == syntax_digest(rb"x = '\\d'")


# The constructs whose trees differ between versions, and the digest that they have on each.
_DIFFERING = r"""
def f(x, *, k=None) -> "int":
    return f"{x!r:>{k}}" "b" f"" f"{x=}{{}}" rf"\d{k:\d}"
class A(B, metaclass=C): "\u00e9\U0001fae8"
async def g(): return [y async for y in z if not (yield)]
match x:
    case [1, *_] | {"a": A(b=2), **rest}: pass
    case -1j | None: pass
try: pass
except* E as e: raise
"""


def test_every_python_finds_the_same_digest() -> None:
    """A sweep goes on under another version of Python; the suite runs on each of them."""
    assert syntax_digest(_DIFFERING.encode()) == "8f31bfc792e646b42e7029c487c6ac2f76add9d4a25eabf31265bedf38612b05"


@pytest.mark.parametrize("module", ["ast.py", "argparse.py", "random.py"])
def test_a_source_written_anew_from_its_tree_has_the_same_digest(module: str) -> None:
    """`ast.unparse` writes the same program without comments, in other lines and quotes."""
    source = (Path(random.__file__).parent / module).read_bytes()
    assert syntax_digest(ast.unparse(ast.parse(source)).encode()) == syntax_digest(source)
