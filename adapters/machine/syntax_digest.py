"""The digest of a Python source's syntax tree: comments, blank lines and line breaks do not change it.

Equal sources have equal digests on every Python that runs them. `ast.dump` and `ast.unparse` do not ensure that: what
they write differs between versions.
"""

from __future__ import annotations

import ast
import hashlib
import warnings
from collections.abc import Iterator

# A source of more bytes, which a program wrote, would take seconds to parse.
_LARGEST = 2_000_000
# Fields that follow from the rest of the tree (`ctx`), that no program can see (`kind`), and comments.
_PASSED_OVER = {"ctx", "kind", "type_comment", "type_ignores"}


def syntax_digest(source: bytes) -> str:
    """Return the SHA-256, in hexadecimal, of the syntax tree; of the bytes if they are no Python or very many."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the import has shown them
            text = "\n".join(_lines(ast.parse(source))) if len(source) <= _LARGEST else ""
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        text = ""
    return hashlib.sha256(text.encode() or source).hexdigest()


def _lines(tree: ast.AST) -> Iterator[str]:
    """Yield the tree as text, level by level, without recursion: an expression may be deep.

    What is empty is left out, because a version of Python adds fields that are empty in the sources of the last one.
    """
    nodes = [tree]
    for node in nodes:  # the list grows
        yield type(node).__name__
        for name in node._fields:
            value = getattr(node, name, None)
            if name in _PASSED_OVER or (value is None and not isinstance(node, ast.Constant)):
                continue
            if isinstance(value, ast.AST):
                yield name
                nodes.append(value)
            elif isinstance(value, list):
                children = _merged(value) if isinstance(node, ast.JoinedStr) else value
                if children:
                    yield f"{name} {','.join(map(_text, children))}"
                    nodes += [child for child in children if isinstance(child, ast.AST)]
            else:
                yield f"{name} {_text(value)}"


def _text(value: object) -> str:
    """Return a constant's text; `repr` would escape other characters in other versions, and refuse long integers."""
    if isinstance(value, ast.AST):
        return "node"
    return hex(value) if type(value) is int else ascii(value)


def _merged(parts: list[ast.expr]) -> list[ast.expr]:
    """Return the parts of an f-string, the text between two fields as one: how it is cut differs between versions."""
    merged: list[ast.expr] = []
    for part in parts:
        last = merged[-1] if merged else None
        match last, part:
            case _, ast.Constant(value=""):
                pass
            case ast.Constant(value=str(before)), ast.Constant(value=str(after)):
                merged[-1] = ast.Constant(before + after)
            case _:
                merged.append(part)
    return merged
