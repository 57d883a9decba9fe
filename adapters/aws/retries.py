"""Further attempts by tenacity, which is loaded after a first one has failed: most calls need no other."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from tenacity import Retrying

T = TypeVar("T")


def attempted(call: Callable[[], T], may_pass: Callable[[BaseException], bool], retrying: Callable[[], Retrying]) -> T:
    """Return what a call returns; where it fails by what may pass, let a policy decide when to make it again."""
    try:
        return call()
    except Exception as error:
        if not may_pass(error):
            raise
        failures = [error]

    def again() -> T:
        # The policy counts the attempt that was made already.
        if failures:
            raise failures.pop()
        return call()

    return retrying()(again)
