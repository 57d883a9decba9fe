"""Where in the user's code an exception was raised."""

from __future__ import annotations

import sysconfig
import traceback
from collections.abc import Iterator
from types import TracebackType

_MOST = 4
_LONGEST = 200
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
# The folder of the use cases, its last slash included: a user's folder may begin with the same letters.
_OURS = __file__.rpartition("/")[0] + "/"


def user_frames(raised: TracebackType | None) -> tuple[str, ...]:
    """Return the last lines of the user's code in a traceback, as `file:line function`.

    The line that raised is the last one, also where it is a library's. There is none where our own code raised.
    """
    frames = [frame for frame in _frames(raised) if not frame.filename.startswith(_OURS)]
    own = [frame for frame in frames[:-1] if not frame.filename.startswith(_LIBRARIES)]
    return tuple(_text(frame) for frame in [*own[1 - _MOST :], *frames[-1:]])


def _frames(raised: TracebackType | None) -> Iterator[traceback.FrameSummary]:
    """Yield the frames of a traceback without the source lines: to read files here would be slow."""
    for frame, line in traceback.walk_tb(raised):
        yield traceback.FrameSummary(frame.f_code.co_filename, line, frame.f_code.co_name, lookup_line=False)


def _text(frame: traceback.FrameSummary) -> str:
    place = "/".join(frame.filename.split("/")[-2:])
    return f"{place}:{frame.lineno} {frame.name}"[-_LONGEST:]
