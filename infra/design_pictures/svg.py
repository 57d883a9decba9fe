"""SVG as text. Every number has one decimal, so that a picture is the same to the byte on every machine."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias
from xml.sax.saxutils import escape

Colour: TypeAlias = Literal["ink", "soft", "faint", "shade", "inverse", "blue", "orange", "green", "purple"]
Shape: TypeAlias = Literal["circle", "square", "diamond", "triangle"]

WIDTH, HEIGHT = 760, 400
# For each colour, on a light and on a dark background. The picture brings its background with it, because a page may
# be dark where the reader's system, which `prefers-color-scheme` asks, is light. The last four are after Okabe and Ito,
# "Color universal design", 2008: told apart by every eye.
_BACKGROUND = ("#ffffff", "#0d1117")
_COLOURS: dict[Colour, tuple[str, str]] = {
    "ink": ("#1f2328", "#e6edf3"),
    "soft": ("#59636e", "#9aa4af"),
    "faint": ("#d3d9e0", "#353c45"),
    "shade": ("#e9edf1", "#1d242d"),
    "inverse": _BACKGROUND,
    "blue": ("#0072b2", "#56b4e9"),
    "orange": ("#d55e00", "#f0a03c"),
    "green": ("#008a64", "#2fc49a"),
    "purple": ("#a8488c", "#e08fc0"),
}
# Half of a mark's width, and the corners of those that are no circle, in such units.
_RADIUS = 4.0
_CORNERS: dict[Shape, tuple[tuple[float, float], ...]] = {
    "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
    "diamond": ((0, -1.25), (1.25, 0), (0, 1.25), (-1.25, 0)),
    "triangle": ((0, -1.2), (1.2, 0.9), (-1.2, 0.9)),
}


def picture(title: str, elements: Iterable[str]) -> str:
    """Return a whole picture; the title is what a screen reader says."""
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" role="img">'
    card = f'<rect class="card" x="0.5" y="0.5" width="{WIDTH - 1}" height="{HEIGHT - 1}" rx="6"/>'
    return "\n".join([head, f"<title>{escape(title)}</title>", _style(), card, *elements, "</svg>", ""])


def lines(ends: Iterable[tuple[float, float, float, float]], colour: Colour = "faint") -> str:
    """Return lines, each between two places: x and y of one, and of the other."""
    drawn = "".join(f"M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}" for x1, y1, x2, y2 in ends)
    return f'<path class="open {colour}" d="{drawn}"/>'


def path(places: Iterable[tuple[float, float]], colour: Colour = "faint") -> str:
    """Return a line through places."""
    return f'<polyline class="open {colour}" points="{_places(places)}"/>'


def box(x: float, y: float, size: tuple[float, float], colour: Colour, *, hollow: bool = True) -> str:
    """Return a rectangle with a corner at the top left and a size."""
    width, height = size
    sides = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<rect class="{_kind(colour, hollow=hollow)}" x="{x:.1f}" y="{y:.1f}" {sides}/>'


def mark(x: float, y: float, colour: Colour, shape: Shape = "circle", *, hollow: bool = False) -> str:
    """Return the mark of a point."""
    if shape == "circle":
        return f'<circle class="{_kind(colour, hollow=hollow)}" cx="{x:.1f}" cy="{y:.1f}" r="{_RADIUS}"/>'
    corners = ((x + right * _RADIUS, y + down * _RADIUS) for right, down in _CORNERS[shape])
    return f'<polygon class="{_kind(colour, hollow=hollow)}" points="{_places(corners)}"/>'


def text(x: float, y: float, said: str, kind: str = "", anchor: str = "middle") -> str:
    """Return text on a base line; `kind` is `title`, `soft` or nothing, `anchor` is where its place is."""
    return f'<text class="{kind or "ink"}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(said)}</text>'


def upright(x: float, y: float, said: str) -> str:
    """Return text that is read from below."""
    turned = f'transform="rotate(-90 {x:.1f} {y:.1f})"'
    return f'<text class="ink" x="{x:.1f}" y="{y:.1f}" text-anchor="middle" {turned}>{escape(said)}</text>'


def _kind(colour: Colour, *, hollow: bool) -> str:
    return f"{'open' if hollow else 'full'} {colour}"


def _places(places: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _style() -> str:
    rules = [
        'text{font:12px system-ui,-apple-system,"Segoe UI",Helvetica,Arial,sans-serif;fill:currentColor}',
        "text.title{font-size:14px;font-weight:600}",
        ".open{fill:none;stroke:currentColor;stroke-width:1.2}",
        ".full{fill:currentColor}",
        *_scheme(0),
        "@media (prefers-color-scheme:dark){",
        *_scheme(1),
        "}",
    ]
    return "\n".join(["<style>", *rules, "</style>"])


def _scheme(number: int) -> Iterable[str]:
    yield f".card{{fill:{_BACKGROUND[number]};stroke:{_COLOURS['faint'][number]}}}"
    yield f".title{{color:{_COLOURS['ink'][number]}}}"
    for name, colours in _COLOURS.items():
        yield f".{name}{{color:{colours[number]}}}"
