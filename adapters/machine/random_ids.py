"""Random ids: the port `IdSource`."""

from __future__ import annotations

import secrets

from application.ports.id_source import ID_LENGTH

_DIGITS = "0123456789abcdefghijklmnopqrstuv"


class RandomIds:
    """Makes ids from the operating system's random source."""

    def new_id(self) -> str:
        """Return 12 characters out of 0-9 and a-v: 60 random bits."""
        return "".join(secrets.choice(_DIGITS) for _ in range(ID_LENGTH))
