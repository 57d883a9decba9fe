"""The routes of tables of points: links by which clients store and fetch the chunks."""

from __future__ import annotations

import pytest

from application.ports.table_links import UPLOAD_HEADERS
from domain.errors import DependencyUnavailable
from tests.fakes.api import ApiDesk, table_event
from tests.fakes.table_links import LinkedTables

DIGEST = "0f" * 32


@pytest.fixture
def tables() -> LinkedTables:
    """Return tables that have two chunks of three."""
    tables = LinkedTables()
    for number in (0, 2):
        tables.put(DIGEST, number, b"")
    return tables


def test_an_upload_is_linked_to_what_lacks(tables: LinkedTables) -> None:
    """With the headers of each request; the answer says how long a link is valid."""
    status, document = ApiDesk(tables=tables).ask(table_event("POST", DIGEST, {"chunks": 3}))
    assert (status, document["next"], document["expires_in"]) == (200, None, 3600)
    assert [one["chunk"] for one in document["uploads"]] == [1]
    assert document["headers"] == UPLOAD_HEADERS
    status, document = ApiDesk(tables=tables).ask(table_event("POST", DIGEST, {"chunks": 3, "after": 1}))
    assert (status, document["uploads"]) == (200, [])


def test_a_table_is_linked_to_what_is_stored(tables: LinkedTables) -> None:
    """A page at a time; a table that is not there has no chunk."""
    desk = ApiDesk(tables=tables)
    status, document = desk.ask(table_event("GET", DIGEST, limit="1"))
    assert (status, [one["chunk"] for one in document["chunks"]], document["next"]) == (200, [0], 0)
    status, document = desk.ask(table_event("GET", DIGEST, limit="1", after="0"))
    assert (status, [one["chunk"] for one in document["chunks"]], document["next"]) == (200, [2], 2)
    assert desk.ask(table_event("GET", DIGEST, after="2"))[1]["chunks"] == []
    assert desk.ask(table_event("GET", "f0" * 32))[1]["chunks"] == []


@pytest.mark.parametrize(
    ("method", "digest", "body", "query", "status"),
    [
        pytest.param("POST", "0f", {"chunks": 1}, {}, 400, id="no digest"),
        pytest.param("GET", "0F" * 32, None, {}, 400, id="capital letters"),
        pytest.param("GET", f"{'0f' * 32}\n", None, {}, 400, id="a line end"),
        pytest.param("GET", "../../../sweeps", None, {}, 400, id="another prefix"),
        pytest.param("POST", DIGEST, {"chunks": 0}, {}, 400, id="no chunk"),
        pytest.param("POST", DIGEST, {"chunks": 1, "rows": 1}, {}, 400, id="an unknown key"),
        pytest.param("POST", DIGEST, None, {}, 400, id="no body"),
        pytest.param("POST", DIGEST, {"chunks": 1}, {"after": "1"}, 400, id="a query where there is none"),
        pytest.param("GET", DIGEST, None, {"limit": "0"}, 422, id="an empty page"),
        pytest.param("GET", DIGEST, None, {"limit": "1001"}, 422, id="a long page"),
        pytest.param("GET", DIGEST, None, {"after": "x"}, 400, id="no number"),
        pytest.param("DELETE", DIGEST, None, {}, 404, id="another method"),
    ],
)
def test_what_is_asked_wrong_is_refused(
    method: str, digest: str, body: object, query: dict[str, str], status: int
) -> None:
    """By a problem document, as on every other route."""
    assert ApiDesk().ask(table_event(method, digest, body, **query))[0] == status


def test_a_store_that_does_not_answer_is_asked_again_later(
    tables: LinkedTables, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both requests change nothing, so that the answer says when to repeat them."""

    def silent(*_: object) -> None:
        raise DependencyUnavailable("the store of tables does not answer")

    monkeypatch.setattr(tables, "stored", silent)
    desk = ApiDesk(tables=tables)
    for event in (table_event("POST", DIGEST, {"chunks": 3}), table_event("GET", DIGEST)):
        answer = desk.api(event, lambda: 29.0)
        assert (answer["statusCode"], answer["headers"]["Retry-After"]) == (503, "10")
