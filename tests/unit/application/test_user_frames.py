"""Where in the user's code an exception was raised."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

import application
from application.documents.result_lines import value_line
from application.user_frames import user_frames

HERE = "application/test_user_frames.py"


def places_of(call: Callable[[], object]) -> tuple[str, ...]:
    """Return the places of what a call raises, without that of this function."""
    try:
        call()
    except (ValueError, TypeError) as raised:
        return user_frames(raised.__traceback__ and raised.__traceback__.tb_next)
    pytest.fail("nothing was raised")


def frames_of(call: Callable[[], object]) -> list[tuple[str, str]]:
    """Return the file and the function of each place."""
    places = places_of(call)
    assert all(re.fullmatch(r"[^:]+:\d+ \S+", place) for place in places)
    return [(place.partition(":")[0], place.rpartition(" ")[2]) for place in places]


def model() -> object:
    """Raise below another function."""
    return solver()


def solver() -> object:
    """Raise."""
    raise ValueError("no root")


def deep(levels: int) -> object:
    """Raise below so many further frames."""
    return deep(levels - 1) if levels else solver()


def test_the_frames_of_the_users_code_lead_to_the_raise() -> None:
    """Each is file, line and function; the line that raised is the last one."""
    assert frames_of(model) == [(HERE, "model"), (HERE, "solver")]


def test_a_line_is_that_of_the_raise() -> None:
    """An editor opens it."""
    source = Path(__file__).read_text(encoding="utf-8").splitlines()
    (place,) = places_of(solver)
    number = int(place.partition(":")[2].partition(" ")[0])
    assert source[number - 1].strip() == 'raise ValueError("no root")'


def test_a_raise_inside_a_library_is_the_last_frame() -> None:
    """Before it come the user's frames, and none of the library's own."""

    def parse() -> object:
        return json.loads("nothing")

    assert frames_of(parse) == [(HERE, "parse"), ("json/decoder.py", "raw_decode")]


def test_a_library_as_the_target_has_its_raise() -> None:
    """No frame is the user's."""
    assert frames_of(partial(json.loads, "nothing")) == [("json/decoder.py", "raw_decode")]


def test_deep_recursion_leaves_the_last_four_frames() -> None:
    """They are bounded in number."""
    assert frames_of(lambda: deep(100)) == [(HERE, "deep")] * 3 + [(HERE, "solver")]


def test_a_place_is_bounded_in_length() -> None:
    """At most 200 characters, of which the last tell most."""
    name = "f" * 300
    space: dict[str, Callable[[], object]] = {}
    exec(compile(f"def {name}():\n    raise ValueError", f"/{'d' * 300}/model.py", "exec"), space)  # noqa: S102 - a file of that name cannot be made
    assert places_of(space[name]) == ("f" * 200,)


def test_our_own_code_has_no_frame() -> None:
    """Where it refuses a value, nothing of the user's code raised."""
    assert places_of(partial(value_line, 0, "", object())) == ()


def test_a_users_folder_may_begin_with_the_name_of_ours() -> None:
    """Only the files below our own folder are ours."""
    folder = Path(application.__file__).parent
    space: dict[str, Callable[[], object]] = {}
    exec(compile("def f():\n    raise ValueError", f"{folder}s/model.py", "exec"), space)  # noqa: S102 - no such file is needed
    assert frames_of(space["f"]) == [("applications/model.py", "f")]


def test_an_exception_that_was_never_raised_has_no_place() -> None:
    """It has no traceback."""
    assert user_frames(None) == ()
