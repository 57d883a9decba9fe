"""A wire: the lanes to one function, and hundreds of requests in flight at once on one thread.

libcurl says which connections it waits for, and is told which of them are ready ("The multi_socket API", libcurl
documentation). So it looks at these alone, where `curl_multi_perform` looks at each that is in flight.
"""

from __future__ import annotations

import select
from collections.abc import Iterator

import pycurl

from adapters.aws.curl_lane import Address, Lane

# By what libcurl waits for: what the system is asked.
_AWAITED = {
    pycurl.POLL_IN: select.POLLIN,
    pycurl.POLL_OUT: select.POLLOUT,
    pycurl.POLL_INOUT: select.POLLIN | select.POLLOUT,
}
# And by what the system answers: what libcurl is told. What else there is, it finds out by itself.
_HAPPENED = {
    select.POLLIN: pycurl.CSELECT_IN,
    select.POLLOUT: pycurl.CSELECT_OUT,
    select.POLLIN | select.POLLOUT: pycurl.CSELECT_IN | pycurl.CSELECT_OUT,
}
_MILLISECONDS = 1000


class Wire:
    """Lanes that share libcurl's kept connections; a lane is made when it is first needed."""

    def __init__(self, address: Address, most: int) -> None:
        """Have at most so many lanes."""
        self.most = most
        self._address = address
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_MAXCONNECTS, most)
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._sockets = select.poll()
        self._free: list[Lane] = []
        self._flying: dict[pycurl.Curl, Lane] = {}

    @property
    def flying(self) -> int:
        """How many requests are in flight."""
        return len(self._flying)

    @property
    def lanes(self) -> int:
        """How many lanes there are: an earlier dispatch has made them, or this one."""
        return len(self._free) + len(self._flying)

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
        self._go_on(0)
        ended = self._ended()
        if not ended and seconds > 0:
            self._go_on(seconds)
            ended = self._ended()
        for curl, error in ended:
            lane = self._flying.pop(curl)
            self._multi.remove_handle(curl)
            yield lane, error
            self._free.append(lane)

    def _go_on(self, seconds: float) -> None:
        """Let libcurl begin what is new, end what is late, and go on where something has happened."""
        act = self._multi.socket_action
        act(pycurl.SOCKET_TIMEOUT, 0)
        for socket, events in self._sockets.poll(self._patience(seconds)):
            act(socket, _HAPPENED.get(events, pycurl.CSELECT_ERR))

    def _patience(self, seconds: float) -> float:
        """Return the milliseconds to wait at most, so that libcurl can act at its next moment."""
        longest = seconds * _MILLISECONDS
        soonest = self._multi.timeout() if seconds else -1
        return longest if soonest < 0 else min(soonest, longest)

    def _watch(self, awaited: int, socket: int, *_: object) -> None:
        if awaited == pycurl.POLL_REMOVE:
            self._sockets.unregister(socket)
        else:
            self._sockets.register(socket, _AWAITED[awaited])

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
