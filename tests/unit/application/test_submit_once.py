"""The client's side of idempotency: one key until an answer came."""

from __future__ import annotations

import pytest

from application.submit_once import SubmitOnce
from application.submit_sweep import Submission
from domain.dispatch_policy import Deadline, no_deadline
from domain.errors import DependencyUnavailable, InvalidSweep, SweepConflict, SweepError
from domain.request import SweepRequest
from tests.fakes.desk import Desk
from tests.fakes.pending_keys import MemoryKeys
from tests.fakes.sweeps import sweep_of

REQUEST = sweep_of(8, 4).request


class _Line:
    """A line to a desk: `error` is what the caller sees, after the desk has answered if it `loses` the answer."""

    def __init__(self) -> None:
        self.desk, self.loses = Desk(), False
        self.error: BaseException | None = None
        self.keys: list[str | None] = []

    def __call__(self, request: SweepRequest, key: str | None, deadline: Deadline) -> Submission:
        self.keys.append(key)
        if self.error and not self.loses:
            raise self.error
        submission = self.desk.sweeps.submit(request, key, deadline)
        if self.error:
            raise self.error
        return submission


@pytest.mark.parametrize("error", [DependencyUnavailable("gone"), KeyboardInterrupt()], ids=["no answer", "Ctrl-C"])
def test_a_second_try_goes_on_with_the_sweep_whose_answer_was_lost(error: BaseException) -> None:
    """The key was kept, so that both tries name one sweep."""
    line = _Line()
    submit = SubmitOnce(line, MemoryKeys())
    line.error, line.loses = error, True
    with pytest.raises(type(error)):
        submit(REQUEST, no_deadline)
    line.error = None
    assert submit(REQUEST, no_deadline).replayed
    assert len(line.desk.sweeps.list_sweeps(10, None, no_deadline).heads) == 1


def test_an_answer_ends_the_key() -> None:
    """The next submission of the same request is a sweep of its own."""
    line = _Line()
    submit = SubmitOnce(line, MemoryKeys())
    first, second = submit(REQUEST, no_deadline), submit(REQUEST, no_deadline)
    assert first.sweep.id != second.sweep.id
    assert len(set(line.keys)) == 2


@pytest.mark.parametrize(
    ("error", "keys"),
    [
        pytest.param(InvalidSweep.at("target", "is not allowed"), 2, id="a refusal: nothing was recorded"),
        pytest.param(SweepConflict("used"), 1, id="a conflict: the key is known there"),
        pytest.param(DependencyUnavailable("gone"), 1, id="no answer: it may be recorded"),
    ],
)
def test_only_a_refusal_of_the_request_ends_the_key(error: SweepError, keys: int) -> None:
    """Any other error may have come after the sweep was recorded."""
    line = _Line()
    submit = SubmitOnce(line, MemoryKeys())
    line.error = error
    for _ in range(2):
        with pytest.raises(type(error)):
            submit(REQUEST, no_deadline)
    assert len(set(line.keys)) == keys
