"""The kinds of values that a condition tells apart."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeAlias

from domain.space.scalars import Json


class Kind(StrEnum):
    """What a scalar is. A boolean is no number: true is not 1."""

    NUMBER = "a number"
    TEXT = "text"
    BOOLEAN = "a boolean"
    NOTHING = "null"


# What a value may be, where it differs from point to point.
Kinds: TypeAlias = frozenset[Kind]
NUMBERS: Kinds = frozenset({Kind.NUMBER})
BOOLEANS: Kinds = frozenset({Kind.BOOLEAN})
EVERY_KIND: Kinds = frozenset(Kind)

KIND_OF_TYPE = {int: Kind.NUMBER, float: Kind.NUMBER, str: Kind.TEXT, bool: Kind.BOOLEAN, type(None): Kind.NOTHING}


def kind_of(value: object) -> Kind:
    """Return the kind of a scalar."""
    return KIND_OF_TYPE[type(value)]


def kinds_of(value: Json) -> Kinds:
    """Return the kind of a scalar as a set; of a list or a mapping the empty set, since a condition cannot use it."""
    return frozenset() if isinstance(value, list | dict) else frozenset({kind_of(value)})


def said(kinds: Kinds) -> str:
    """Return the words for what a value may be, in the order of the enumeration."""
    return " or ".join(kind for kind in Kind if kind in kinds)
