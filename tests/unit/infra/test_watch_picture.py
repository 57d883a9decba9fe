"""The README's picture is what `sweep watch` shows."""

from __future__ import annotations

from infra.watch_picture import PICTURE, svg


def test_the_picture_is_not_stale() -> None:
    """It is the same to the byte as `make picture` would draw it now."""
    assert PICTURE.read_text(encoding="utf-8") == svg(), "draw it anew with: make picture"
