"""Where sweeps are: what is typed, then the environment, then what is remembered, then a folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import InvalidSweep, PlaceUnusable
from entrypoints.places import DEFAULT_FOLDER, NoSweepsYet, Where, known_place, meant_by, stack_container
from entrypoints.remembered_place import RememberedStack, file_of_place, forget, remember, remembered


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Move to an empty folder with an empty home and no variable that says a place; return the folder."""
    for name in ("SWEEP_OUT", "SWEEP_STACK"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    return tmp_path / "work"


def test_nothing_said_is_the_usual_folder() -> None:
    """Neither typed, nor in the environment, nor remembered."""
    assert meant_by(Where()) == DEFAULT_FOLDER


@pytest.mark.parametrize(
    ("where", "environment", "meant"),
    [
        pytest.param(Where(out=Path("a")), {"SWEEP_STACK": "lab"}, Path("a"), id="a typed folder"),
        pytest.param(Where(stack="lab"), {"SWEEP_OUT": "a"}, RememberedStack("lab"), id="a typed stack"),
        pytest.param(Where(), {"SWEEP_OUT": "a"}, Path("a"), id="a folder of the environment"),
        pytest.param(Where(), {"SWEEP_STACK": "lab"}, RememberedStack("lab"), id="a stack of the environment"),
        pytest.param(Where(), {"SWEEP_OUT": ""}, RememberedStack("kept", "us-east-1"), id="what is remembered"),
        pytest.param(
            Where(region="r", profile="p"),
            {},
            RememberedStack("kept", "r", "p"),
            id="typed settings of what is remembered",
        ),
        pytest.param(
            Where(stack="lab", region="r"), {}, RememberedStack("lab", "r"), id="a typed stack with its region"
        ),
    ],
)
def test_what_is_typed_goes_first(
    where: Where, environment: dict[str, str], meant: Path | RememberedStack, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Then the environment, then what is remembered."""
    remember(RememberedStack("kept", "us-east-1"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert meant_by(where) == meant


@pytest.mark.parametrize(
    ("where", "environment", "message"),
    [
        pytest.param(Where(out=Path("a"), stack="b"), {}, "--stack: cannot stand beside --out", id="typed twice"),
        pytest.param(
            Where(), {"SWEEP_OUT": "a", "SWEEP_STACK": "b"}, "SWEEP_STACK: cannot be set beside", id="set twice"
        ),
        pytest.param(Where(region="r"), {}, "--region: is of a stack, and the sweeps are in sweep-res", id="a region"),
        pytest.param(
            Where(out=Path("a"), profile="p"), {}, "--profile: is of a stack, and .* are in a;", id="a profile"
        ),
    ],
)
def test_a_place_is_said_once(
    where: Where, environment: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two places, or a folder with the settings of a stack, are refused."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidSweep, match=message):
        meant_by(where)


def test_a_local_stack_is_found_from_any_folder_below(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that `make stack-up` wrote is that of the nearest folder, and has a profile of the stack's name."""
    config = here / ".stacks" / "lab" / "aws-config"
    config.parent.mkdir(parents=True)
    config.write_text("", encoding="utf-8")
    (here / "deep" / "er").mkdir(parents=True)
    monkeypatch.chdir(here / "deep" / "er")
    assert meant_by(Where(stack="lab")) == RememberedStack("lab", profile="lab", config=str(config))
    assert meant_by(Where(stack="lab", profile="p")) == RememberedStack("lab", profile="p")
    assert meant_by(Where(stack="lab", region="r")).region == "r"  # type: ignore[union-attr]  # it is a stack
    assert meant_by(Where(stack="other")) == RememberedStack("other")


def test_a_local_stack_that_is_gone_is_said(here: Path) -> None:
    """The message names what is missing and what to type."""
    gone = RememberedStack("lab", config=str(here / "aws-config"))
    with pytest.raises(PlaceUnusable, match=r"the stack lab of this machine is gone.*aws-config; start it with make"):
        stack_container(gone)


def test_asking_a_folder_makes_none(here: Path) -> None:
    """A folder without a ledger has no sweeps yet."""
    with pytest.raises(NoSweepsYet, match="there are no sweeps in sweep-results"):
        known_place(Where())
    assert list(here.iterdir()) == []


def test_words_say_the_same_place_again() -> None:
    """What was typed of a stack is typed again; what is remembered need not be."""
    assert Where(stack="lab", region="r", profile="p").words == (
        *("--stack", "lab", "--region", "r", "--profile", "p"),
    )
    assert Where().words == ()


def test_a_remembered_place_is_read_back_and_forgotten() -> None:
    """Also with a name that TOML must escape; the file says what it is for."""
    for stack in (RememberedStack("lab"), RememberedStack('ü"\\', "r", "p", "/a b/c\n")):
        path = remember(stack)
        assert path == file_of_place()
        assert remembered() == stack
    assert path.read_text(encoding="utf-8").startswith("# Where `sweep` looks for sweeps")
    forget()
    forget()
    assert remembered() is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("stack = ", "is not TOML", id="half written"),
        pytest.param('stack = "lab"\nregion = "us', "is not TOML", id="cut in a text"),
        pytest.param("", "names no stack", id="empty"),
        pytest.param('region = "r"', "names no stack", id="without a stack"),
        pytest.param('stack = "lab"\nregoin = "r"', "has no use for regoin; its keys are stack, region", id="a key"),
        pytest.param("stack = 7", "has no use for stack", id="a number"),
        pytest.param(b"\xff\xfe", "cannot be read", id="not UTF-8"),
    ],
)
def test_a_damaged_file_is_said(text: str | bytes, message: str) -> None:
    """The message has the file's path and what to do; a place that is typed needs no file."""
    path = file_of_place()
    path.parent.mkdir(parents=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidSweep, match=f"{path}: {message}.*choose anew with: sweep use NAME"):
        meant_by(Where())
    assert meant_by(Where(stack="lab")) == RememberedStack("lab")
