"""What a plain scalar of YAML 1.2 stands for: null, true, false, a number or text.

The rules are those of the core schema (YAML 1.2.2, section 10.3.2), with two additions that many files rely on: digits
may be grouped by underscores, and a date is recognised, so that it can be refused.
"""

from __future__ import annotations

import math
import re

from domain.space.scalars import Scalar

_NAMED: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((f"{sign}.{name}" for sign in ("", "+") for name in ("inf", "Inf", "INF")), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
}
_FIRST_OF_A_NUMBER = frozenset("+-.0123456789")
_INTEGER = re.compile(r"[-+]?(?:0b[01_]+|0o[0-7_]+|0x[0-9a-fA-F_]+|[0-9_]+)")
_BASES = {"0b": 2, "0o": 8, "0x": 16}
_FLOAT = re.compile(
    r"[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?"
    r"|[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+"
    r"|[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?"
)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?"
    r"(?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?"
)


_TEXT = "tag:yaml.org,2002:str"
_TAGGED: dict[str, type | tuple[type, ...]] = {
    "tag:yaml.org,2002:null": type(None),
    "tag:yaml.org,2002:bool": bool,
    "tag:yaml.org,2002:int": int,
    "tag:yaml.org,2002:float": (float, int),
}


def scalar(text: str) -> Scalar:
    """Return what a plain scalar stands for; `ValueError`, with a remedy, for a date and for what is no number."""
    if text in _NAMED:
        return _NAMED[text]
    return _number(text) if text[0] in _FIRST_OF_A_NUMBER else text


def as_tagged(tag: str, text: str) -> Scalar:
    """Return the scalar of the type that its tag names; `ValueError` if it is not of that type, or JSON has no such."""
    if tag == _TEXT:
        return text
    value = scalar(text)
    wanted = _TAGGED.get(tag, ())
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is not bool):
        raise ValueError("is not what its tag (!!) says, or no tag of a sweep file's; leave the tag out")
    return float(value) if isinstance(wanted, tuple) and value is not None else value


def _number(text: str) -> Scalar:
    if _FLOAT.fullmatch(text):
        return float(text.replace("_", ""))
    if _INTEGER.fullmatch(text):
        return _integer(text.replace("_", ""))
    if _DATE.fullmatch(text):
        raise ValueError("is a date, which is neither text nor a number; put it in quotes")
    return text


def _integer(text: str) -> int:
    digits = text.lstrip("+-")
    base = _BASES.get(digits[:2], 10)
    try:
        return int(text, base)
    except ValueError:
        # Python's own message is not the same in every version.
        raise ValueError("is no number, or one with too many digits; put it in quotes") from None
