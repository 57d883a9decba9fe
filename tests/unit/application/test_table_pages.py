"""Pages of links to the chunks of tables: those that are stored, and those that lack."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.link_pages import LARGEST_PAGE
from application.list_table import ListTable
from application.upload_table import UploadTable
from domain.errors import InvalidSweep
from tests.fakes.table_links import LinkedTables

DIGEST, OTHER = "0f" * 32, "f0" * 32
CHUNKS = 2_100
chunks = st.sets(
    st.sampled_from([0, 1, 998, 999, 1000, 1001, 1999, 2000, 2099]) | st.integers(0, CHUNKS - 1), max_size=40
)


def _tables(stored: set[int]) -> LinkedTables:
    tables = LinkedTables()
    for number in stored:
        tables.put(DIGEST, number, b"")
    tables.put(OTHER, 5, b"")
    return tables


def _listed(tables: LinkedTables, limit: int) -> list[list[int]]:
    """Return the chunks of every page of links to what is stored."""
    pages, after = [], None
    while True:
        page = ListTable(tables)(DIGEST, limit, after)
        pages.append(list(page.links))
        assert page.next is None or after is None or page.next > after
        after = page.next
        if after is None:
            return pages


def _lacking(tables: LinkedTables, chunks: int) -> list[list[int]]:
    """Return the chunks of every page of links for what lacks."""
    pages, after = [], None
    while True:
        page = UploadTable(tables)(DIGEST, chunks, after)
        pages.append(list(page.links))
        assert page.next is None or after is None or page.next > after
        after = page.next
        if after is None:
            return pages


@given(chunks, st.integers(1, 7))
def test_pages_lead_to_every_stored_chunk(stored: set[int], limit: int) -> None:
    """In their order, and to no chunk of another table; no page has more than was asked for."""
    pages = _listed(_tables(stored), limit)
    assert [number for page in pages for number in page] == sorted(stored)
    assert max(map(len, pages)) <= limit


@pytest.mark.parametrize("stored", [set(), set(range(0, CHUNKS, 3)), set(range(CHUNKS)), {CHUNKS - 1, CHUNKS + 7}])
def test_pages_lead_to_every_chunk_that_lacks(stored: set[int]) -> None:
    """In their order; a page looks at a thousand chunks at most; those beyond the table's last one do not count."""
    pages = _lacking(_tables(stored), CHUNKS)
    assert [number for page in pages for number in page] == sorted(set(range(CHUNKS)) - stored)
    assert len(pages) >= -(-CHUNKS // LARGEST_PAGE)


def test_long_links_make_short_pages() -> None:
    """An answer has a limit; no chunk is left out between two pages."""
    tables = _tables({1, 4})
    tables.url = "https://" + "a" * 50_000
    assert [number for page in _lacking(tables, 40) for number in page] == sorted(set(range(40)) - {1, 4})
    assert max(map(len, _lacking(tables, 40))) <= 11
    whole = _tables(set(range(40)))
    whole.url = tables.url
    pages = _listed(whole, 1000)
    assert [number for page in pages for number in page] == list(range(40))
    assert max(map(len, pages)) <= 11


@pytest.mark.parametrize("limit", [0, -1, LARGEST_PAGE + 1])
def test_a_page_has_bounds(limit: int) -> None:
    """As every other page of the API."""
    with pytest.raises(InvalidSweep, match=f"limit: must be 1 to {LARGEST_PAGE}"):
        ListTable(LinkedTables())(DIGEST, limit, None)
