"""The source of ids."""

from __future__ import annotations

from typing import Protocol

ID_LENGTH = 12


class IdSource(Protocol):
    """Makes ids that no other source makes."""

    def new_id(self) -> str:
        """Return 12 characters out of 0-9 and a-v: 60 random bits."""
        ...
