"""What a target is called with at each point beside the constants: parameters and, where points are repeated, more."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from typing import TypeAlias

from application.documents.result_lines import member
from application.ports.target_loader import Target
from domain.designs.design import Design
from domain.designs.replicated import REPLICATE, SEED, Replicated
from domain.keywords import offered_keywords
from domain.space.scalars import Scalar
from domain.stream_seed import stream_seeds

Keyword: TypeAlias = tuple[str, Scalar]


def taken(target: Target, offered: Iterable[str]) -> tuple[str, ...]:
    """Return those of the offered keywords that the target's signature names; `**keywords` names none."""
    try:
        signature = inspect.signature(target)
    except (TypeError, ValueError):
        return ()  # Some functions written in C have no signature.
    named = {
        one.name for one in signature.parameters.values() if one.kind in {one.POSITIONAL_OR_KEYWORD, one.KEYWORD_ONLY}
    }
    return tuple(name for name in offered if name in named)


def keywords_of_points(design: Design, indices: range, target: Target) -> Iterator[tuple[Keyword, ...]]:
    """Yield for each of the points the keywords that the target gets at it, each a name with its value."""
    points = design.walk(indices.start, indices.stop, lambda name, value: (name, value))
    if not isinstance(design, Replicated):
        return points
    names = taken(target, offered_keywords(design))
    if REPLICATE not in names:
        points = (point[:-1] for point in points)
    return _with_seeds(design, indices, points) if SEED in names else points


def _with_seeds(
    design: Replicated, indices: range, points: Iterable[tuple[Keyword, ...]]
) -> Iterator[tuple[Keyword, ...]]:
    seed_of = stream_seeds(design.seed)
    texts = map(",".join, design.walk(indices.start, indices.stop, member))
    return ((*point, (SEED, seed_of(text))) for point, text in zip(points, texts, strict=True))
