"""Tables of kinds: by the name that documents have, a class that is loaded when it is first looked up.

A function that starts anew waits for what it imports, and most requests name two or three kinds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import TypeGuard, TypeVar, cast

T = TypeVar("T")

# In a user's program, our packages lie below another one.
_BELOW = __name__.removesuffix("domain.kinds")


class Kinds(Mapping[str, type[T]]):
    """Classes by the names of their kinds; each row says where its class is, as `module:class`."""

    def __init__(self, rows: Mapping[str, str]) -> None:
        """Load none of them yet."""
        self._rows = {name: f"{_BELOW}{place}" for name, place in rows.items()}
        self._names = {place: name for name, place in self._rows.items()}

    def __getitem__(self, name: str) -> type[T]:
        """Return the class of a kind; raises `KeyError`."""
        module, _, attribute = self._rows[name].partition(":")
        return cast("type[T]", getattr(import_module(module), attribute))

    def __iter__(self) -> Iterator[str]:
        """Yield the names in the order of the table."""
        return iter(self._rows)

    def __len__(self) -> int:
        """Return how many kinds there are."""
        return len(self._rows)

    def __contains__(self, name: object) -> bool:
        """Return whether there is a kind with this name."""
        return name in self._rows

    def name_of(self, value: object) -> str | None:
        """Return the name of the kind that a value is of; None if it is of none."""
        own = type(value)
        return self._names.get(f"{own.__module__}:{own.__qualname__}")

    def has(self, value: object) -> TypeGuard[T]:
        """Return whether a value is of one of the kinds."""
        return self.name_of(value) is not None
