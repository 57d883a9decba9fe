"""Spans cover the blocks of a plan."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from domain.places import BLOCK_SHARDS, block_of, blocks_of
from domain.plan import Plan
from domain.spans import SPAN_BLOCKS, SPAN_SHARDS, span_of, spans_of


@given(st.integers(1, 3_000_000) | st.integers(1, 3 * SPAN_SHARDS))
def test_spans_cover_every_block_once_and_in_order(shards: int) -> None:
    """Whatever the size of a plan, its spans are disjoint, not empty, and together all of its blocks."""
    plan = Plan(shards, shards)
    spans = list(spans_of(plan))
    assert [span.number for span in spans] == list(range(len(spans)))
    assert [number for span in spans for number in span.blocks] == list(blocks_of(plan))
    assert all(0 < len(span.blocks) <= SPAN_BLOCKS for span in spans)
    assert {len(span.blocks) for span in spans[:-1]} <= {SPAN_BLOCKS}


@given(st.integers(1, 100_000), st.data())
def test_a_block_is_in_its_span(shards: int, data: st.DataObject) -> None:
    """The span of a shard's block has that block, and no other span does."""
    plan = Plan(shards, shards)
    block = block_of(data.draw(st.integers(0, shards - 1)))
    assert [span.number for span in spans_of(plan) if block in span.blocks] == [span_of(block)]


def test_a_million_shards_are_few_spans() -> None:
    """No more than Lambda starts of a function at once."""
    assert SPAN_SHARDS == SPAN_BLOCKS * BLOCK_SHARDS
    assert len(list(spans_of(Plan(1_000_000, 1_000_000)))) == 245
