"""Which earlier sweep a command line or a call means to extend."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import TypeAlias

from application.ports.id_source import ID_LENGTH
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import InvalidSweep
from domain.request import SweepRequest
from domain.sweep import SweepHead

# The use case `FindSweep`.
Find: TypeAlias = Callable[[str, Deadline], SweepHead]
_WHOLE_ID = re.compile(rf".+-[0-9a-v]{{{ID_LENGTH}}}")


def extending(request: SweepRequest, text: str | None, find: Find | None) -> SweepRequest:
    """Return the request with the earlier sweep that a text means, if there is one; raises `InvalidSweep`.

    A whole id is taken as it is where there is no such sweep: a run that goes on does not need it any more.
    """
    if text is None or find is None:
        return request
    try:
        return replace(request, extends=find(text, no_deadline).id)
    except InvalidSweep:
        if not _WHOLE_ID.fullmatch(text):
            raise
    return replace(request, extends=text)
