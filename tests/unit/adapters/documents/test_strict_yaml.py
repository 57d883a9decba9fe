"""YAML is read as YAML 1.2, as ruamel.yaml reads it, and each refusal has a line and a column."""

from __future__ import annotations

import io
import json
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.error import ReusedAnchorWarning, YAMLError

from adapters.documents.strict_yaml import read_yaml
from adapters.documents.sweep_file import read_sweep_file
from domain.errors import MalformedSweep

# All but control characters and YAML 1.1's line breaks. Within brackets, libyaml takes a leading `:` or `?` for a sign.
_texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zl", "Zp"]), max_size=8).filter(
    lambda text: not text.startswith((":", "?"))
)
_finite = st.floats(allow_nan=False, allow_infinity=False)


def _documents(floats: st.SearchStrategy[float]) -> st.SearchStrategy[Any]:
    return st.recursive(
        st.none() | st.booleans() | st.integers() | floats | _texts,
        lambda part: st.lists(part, max_size=4) | st.dictionaries(_texts, part, max_size=4),
    )


def _oracle(text: str) -> object:
    return YAML(typ="safe", pure=True).load(text)


def _dumped(document: object, style: str) -> str:
    yaml, stream = YAML(typ="safe", pure=True), io.StringIO()
    yaml.default_flow_style = style == "flow"
    yaml.allow_unicode = True
    yaml.dump(document, stream)
    return stream.getvalue()


def _refusal(text: str) -> str:
    with pytest.raises(MalformedSweep) as caught:
        read_yaml(text)
    (problem,) = caught.value.problems
    return str(problem)


@given(_documents(st.floats()), st.sampled_from(["block", "flow"]))
def test_a_dumped_document_reads_back(document: object, style: str) -> None:
    """Any JSON document that ruamel.yaml has written has the same values, types and order."""
    text = _dumped(document, style)
    # libyaml refuses a plain scalar such as `0:?` within brackets, which YAML 1.2 allows.
    assume(style == "block" or ":?" not in text)
    assert repr(read_yaml(text)) == repr(_oracle(text))


@given(_documents(_finite), st.sampled_from([None, 1, "\t"]))
def test_json_is_yaml(document: object, indent: int | str | None) -> None:
    """A JSON document reads back as YAML, however it is indented; text beyond ASCII stands in it as it is."""
    text = json.dumps({"a": document}, indent=indent, ensure_ascii=False)
    assert repr(read_yaml(text)) == repr({"a": document})


@settings(max_examples=500)
@given(st.text(st.sampled_from("0123456789+-._eExobafn:~TZ"), min_size=1, max_size=9))
@example("1e3")
@example("0o17")
@example("017")
@example("0x1F")
@example("0b11")
@example("1_000")
@example(".5")
@example("+1")
@example("+.5")
@example("1:30")
@example("1.5e+3")
@example("-.inf")
@example("+.inf")
@example(".nan")
def test_a_plain_scalar_is_what_ruamel_reads(text: str) -> None:
    """Numbers of every form are what ruamel.yaml takes them for; a date is refused."""
    try:
        expected = _oracle(f"x: {text}")
    except (YAMLError, ValueError):
        return
    if re.search("datetime", repr(expected)):
        assert "is a date" in _refusal(f"x: {text}")
    else:
        assert repr(read_yaml(f"x: {text}")) == repr(expected)


_WORDS = {"~": None, "null": None, "Null": None, "true": True, "TRUE": True, "False": False, "''": "", "": None}
_PLAIN = ["yes", "no", "on", "off", "y", "N", "=", "1:30", "0o8", "0b2", "1.2.3", "-", "+", ".", "tRue", "0x"]


@pytest.mark.parametrize("text", [*_WORDS, *_PLAIN])
def test_a_word_is_what_yaml_1_2_says(text: str) -> None:
    """Only null, true and false have a meaning of their own; `yes`, `on` and 1:30 are text."""
    assert read_yaml(f"x: [a, {text}]".replace(", ]", ", ~]")) == {"x": ["a", _WORDS.get(text, text)]}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a: &a {x: 1, y: 2}\nb: {<<: *a, y: 3, z: 4}", id="one mapping"),
        pytest.param("a: &a {x: 1}\nb: &b {x: 2, y: 3}\nc: {z: 0, <<: [*a, *b]}", id="the first of two counts"),
        pytest.param("a: &a {x: 1}\nb: {'<<': *a}", id="a key in quotes merges nothing"),
        pytest.param("a: &a [1, &b 2]\nb: [*a, *b]\nc: *b", id="aliases"),
        pytest.param("a: &a 1\nb: &a 2\nc: *a", id="an anchor twice"),
        pytest.param("a: |\n  two\n  lines\nb: >-\n  one\n  line\n", id="blocks"),
        pytest.param(
            "a: !!str 5\nb: !!float 5\nc: !!int '0x1F'\nd: !!bool 'true'\ne: !!null ''\nf: !!seq []", id="tags"
        ),
        pytest.param("%YAML 1.2\n---\na: 1\n...\n", id="a version"),
        pytest.param("# nothing\n", id="no document"),
        pytest.param("? a\n: {b, c: }", id="keys without a value"),
    ],
)
def test_a_document_is_what_ruamel_reads(text: str) -> None:
    """Merges, aliases, blocks and tags have the meaning, and the order, that they have in ruamel.yaml."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ReusedAnchorWarning)
        assert repr(read_yaml(text)) == repr(_oracle(text))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        pytest.param("a:\n- 2020-01-01", "line 2, column 3", "is a date", id="a date"),
        pytest.param("a: 2020-01-01T00:00:00Z", "line 1, column 4", "is a date", id="a timestamp"),
        pytest.param("a: 0b__", "line 1, column 4", "is no number", id="no digit"),
        pytest.param(f"a: {'1' * 5000}", "line 1, column 4", "too many digits", id="5000 digits"),
        pytest.param("a: !!set {b, c}", "line 1, column 4", "has a tag", id="a set"),
        pytest.param("a: !!binary aGk=", "line 1, column 4", "leave the tag out", id="binary"),
        pytest.param("a: !!int x", "line 1, column 4", "leave the tag out", id="a tag that the value does not fit"),
        pytest.param("a: !!float true", "line 1, column 4", "leave the tag out", id="true as a number"),
        pytest.param("ü: 1\n1: 2", "line 2, column 1", "is a key that is not text", id="an integer as a key"),
        pytest.param("{[1]: 2}", "line 1, column 2", "is a key that is not text", id="a list as a key"),
        pytest.param("a: {b: 1, b: 2}", "line 1, column 11", "a key stands twice", id="a key twice"),
        pytest.param("a: {<<: {b: 1}, b: 2, b: 3}", "line 1, column 23", "a key stands twice", id="beside a merge"),
        pytest.param("a: *b", "line 1, column 4", "no anchor before it", id="an unknown alias"),
        pytest.param("<<: 5", "line 1, column 5", "is no mapping", id="a merge of a number"),
        pytest.param("<<: [{a: 1}, 5]", "line 1, column 5", "is no mapping", id="a merge of a list with a number"),
        pytest.param("a: 1\n---\nb: 2", "line 2, column 1", "a second document", id="two documents"),
        pytest.param("%YAML 1.1\n---\na: yes", "line 1, column 1", "YAML 1.2", id="version 1.1"),
        pytest.param("%YAML 9.9\n---\na: 1", "line 1, column 1", "is not YAML: ", id="version 9.9"),
        pytest.param("ü: 1\nü: \x07", "line 2, column 4", "control characters", id="a control character"),
        pytest.param("a: 1\nb: 'x \u2028 y'", "line 2, column 7", "U+2028", id="an old line break"),
        pytest.param("a: [1\nb: 2", "line 2, column 2", "is not YAML: ", id="a bracket without its end"),
        pytest.param("[" * 66, "line 1, column 66", "deeper than 64 levels", id="deep nesting"),
        pytest.param(
            "a: &a " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 40 + "*a" + "]" * 40,
            "line 2, column 44",
            "deeper than 64 levels",
            id="deep nesting behind an alias",
        ),
    ],
)
def test_a_refusal_has_line_and_column(text: str, place: str, message: str) -> None:
    """Whatever a sweep file cannot have, the error says where it stands."""
    refusal = _refusal(text)
    assert refusal.startswith(f"{place}: ")
    assert message in refusal


def test_deep_brackets_without_end_are_refused_at_once() -> None:
    """The reader stops at the limit: ten million brackets cost no more than a hundred, and no stack."""
    assert "deeper than 64 levels" in _refusal("[" * 10_000_000)


def test_a_document_is_parsed_once_and_by_libyaml(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Python's own parser takes ten times as long, and a second pass twice as long (`benchmarks.sweep_file`)."""
    loaders: list[object] = []
    parse = yaml.parse

    def recorded(text: str, **options: type[yaml.CSafeLoader]) -> object:
        loaders.append(options["Loader"])
        return parse(text, **options)

    monkeypatch.setattr(yaml, "parse", recorded)
    file = tmp_path / "sweep.yaml"
    file.write_text("name: toy\ntarget: toy:f\nparameters: {x: [1, 2]}\n")
    assert read_sweep_file(file).plan.size == 2
    assert loaders == [yaml.CSafeLoader]
