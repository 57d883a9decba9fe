"""Pages of links to stored objects: how many links one has, how long they are valid, and how long they may be."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from domain.errors import InvalidSweep

LARGEST_PAGE = 1000
LINK_SECONDS = 3600
# In characters of all links together. A signed link is long, and an answer has a limit.
_LONGEST_LINKS = 500_000


def check_limit(limit: int) -> None:
    """Refuse a page of no links, or of more than 1,000."""
    if not 1 <= limit <= LARGEST_PAGE:
        raise InvalidSweep.at("limit", f"must be 1 to {LARGEST_PAGE}")


def linked(
    numbers: Iterable[int], link: Callable[[int], str], limit: int = LARGEST_PAGE
) -> tuple[dict[int, str], int | None]:
    """Return links to at most `limit` objects, fewer if links are long, and the last number if more follow."""
    links: dict[int, str] = {}
    length = 0
    for number in numbers:
        if len(links) == limit or length > _LONGEST_LINKS:
            return links, max(links)
        links[number] = link(number)
        length += len(links[number])
    return links, None
