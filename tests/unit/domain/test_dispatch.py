"""Outcomes: a request id or a reason, and what a later dispatch changes."""

from __future__ import annotations

import pytest

from domain.dispatch import Outcome, OutcomeKind
from domain.reasons import Reason


@pytest.mark.parametrize(
    ("kind", "reason", "request_id"),
    [
        pytest.param(OutcomeKind.ACCEPTED, Reason.THROTTLED, "", id="accepted with a reason"),
        pytest.param(OutcomeKind.ACCEPTED, Reason.THROTTLED, "id", id="accepted with both"),
        pytest.param(OutcomeKind.REJECTED, None, "", id="rejected without a reason"),
        pytest.param(OutcomeKind.UNKNOWN, Reason.NO_ANSWER, "id", id="unknown with both"),
    ],
)
def test_an_outcome_has_a_request_id_or_a_reason(kind: OutcomeKind, reason: Reason | None, request_id: str) -> None:
    """Any other combination cannot exist."""
    with pytest.raises(ValueError, match="a request id or a reason, not both"):
        Outcome(0, kind, reason, request_id)


def test_an_acceptance_stays_when_a_later_dispatch_fails() -> None:
    """The platform has the shard; only the attempts are added up."""
    earlier = Outcome(0, OutcomeKind.ACCEPTED, request_id="id", attempts=2)
    later = Outcome(0, OutcomeKind.EXHAUSTED, Reason.THROTTLED, attempts=3)
    assert later.after(earlier) == Outcome(0, OutcomeKind.ACCEPTED, request_id="id", attempts=5)


def test_every_reason_is_read_back_and_an_unknown_code_is_other() -> None:
    """A ledger may hold codes that another version wrote; reading them must not fail."""
    assert [Reason.read(reason.value) for reason in Reason] == list(Reason)
    assert Reason.read("ENILimitReachedException") is Reason.OTHER
