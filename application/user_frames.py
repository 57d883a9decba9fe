"""Where in the user's code an exception was raised."""

from __future__ import annotations

import sysconfig
import traceback
from types import FrameType, TracebackType

_MOST = 4
_LONGEST = 200
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
# The folder of the use cases, its last slash included: a user's folder may begin with the same letters.
_OURS = __file__.rpartition("/")[0] + "/"


def user_frames(raised: TracebackType | None, package: str) -> tuple[str, ...]:
    """Return the last lines of the user's code in a traceback, as `file:line function`.

    That is the code of the target's own package; where none of it was passed, code that no library's folder holds. (In
    a bundle the libraries lie beside the user's code.) The line that raised is the last one, also where it is a
    library's. There is none where our own code raised.
    """
    frames = [one for one in traceback.walk_tb(raised) if not one[0].f_code.co_filename.startswith(_OURS)]
    own = [one for one in frames[:-1] if _top_level(one[0]) == package]
    others = [one for one in frames[:-1] if not one[0].f_code.co_filename.startswith(_LIBRARIES)]
    return tuple(_text(*one) for one in [*(own or others)[1 - _MOST :], *frames[-1:]])


def _top_level(frame: FrameType) -> str:
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def _text(frame: FrameType, line: int) -> str:
    place = "/".join(frame.f_code.co_filename.split("/")[-2:])
    return f"{place}:{line} {frame.f_code.co_name}"[-_LONGEST:]
