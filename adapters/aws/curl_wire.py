"""A wire: the lanes to one function, and hundreds of requests in flight at once on one thread."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pycurl

from adapters.aws.curl_lane import Address, Lane

# In seconds.
_NAP = 0.001


class Wire:
    """Lanes that share libcurl's kept connections; a lane is made when it is first needed."""

    def __init__(self, address: Address, most: int) -> None:
        """Have at most so many lanes (below 1,000, as libcurl waits for them by `select`)."""
        self.most = most
        self._address = address
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, most)
        self._free: list[Lane] = []
        self._flying: dict[pycurl.Curl, Lane] = {}

    @property
    def flying(self) -> int:
        """How many requests are in flight."""
        return len(self._flying)

    def lane(self) -> Lane:
        """Return a lane that is free."""
        return self._free.pop() if self._free else Lane(self._address)

    def send(self, lane: Lane) -> None:
        """Send what a lane is loaded with."""
        self._flying[lane.curl] = lane
        self._multi.add_handle(lane.curl)

    def landed(self, seconds: float) -> Iterator[tuple[Lane, int]]:
        """Yield the lanes whose requests have ended, each with libcurl's error (0 for none); the lane is free then.

        Wait at most so many seconds for the first.
        """
        self._multi.perform()
        ended = self._ended()
        if not ended and seconds > 0:
            self._wait(seconds)
            self._multi.perform()
            ended = self._ended()
        for curl, error in ended:
            lane = self._flying.pop(curl)
            self._multi.remove_handle(curl)
            yield lane, error
            self._free.append(lane)

    def _wait(self, seconds: float) -> None:
        """Wait for something to happen on a connection."""
        if not self._flying:
            time.sleep(seconds)
        elif not self._multi.select(seconds):
            # Without a connection to watch, as while a name is looked up, `select` returns at once.
            time.sleep(min(seconds, _NAP))

    def _ended(self) -> list[tuple[pycurl.Curl, int]]:
        ended: list[tuple[pycurl.Curl, int]] = []
        more = 1
        while more:
            more, whole, broken = self._multi.info_read()
            ended += [(curl, 0) for curl in whole]
            ended += [(curl, error) for curl, error, _ in broken]
        return ended

    def abandon(self) -> None:
        """End what is in flight: its connections are closed, and its lanes are free."""
        for curl, lane in self._flying.items():
            self._multi.remove_handle(curl)
            self._free.append(lane)
        self._flying.clear()
