"""Generated files are what the models say, and a file that has drifted is noticed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra import write_schemas
from infra.schemas import request_schema

DRIFTED = ("infra/template.yaml", "docs/schemas/result-line.schema.json")


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a copy of every generated file, to which the command writes from now on."""
    for path, text in list(write_schemas.generated()):
        copy = tmp_path / path.relative_to(write_schemas.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    monkeypatch.setattr(write_schemas, "ROOT", tmp_path)
    monkeypatch.setattr(write_schemas, "TEMPLATE", tmp_path / "infra" / "template.yaml")
    monkeypatch.setattr(write_schemas, "SCHEMAS", tmp_path / "docs" / "schemas")
    return tmp_path


def test_generated_files_are_what_the_models_say() -> None:
    """Template and schema files were written by `make schema` since the models last changed."""
    assert write_schemas.main(["--check"]) == 0


@pytest.mark.parametrize("drifted", DRIFTED)
def test_drift_is_noticed(copies: Path, capsys: pytest.CaptureFixture[str], drifted: str) -> None:
    """One changed limit in a copy is found and named, and writing anew mends it."""
    assert write_schemas.main(["--check"]) == 0
    seeded = copies / drifted
    seeded.write_text(seeded.read_text(encoding="utf-8").replace('"minimum": ', '"minimum": 9', 1), encoding="utf-8")
    assert write_schemas.main(["--check"]) == 1
    assert drifted in capsys.readouterr().err
    assert write_schemas.main([]) == 0
    assert write_schemas.main(["--check"]) == 0


def test_the_model_has_one_definition_a_line() -> None:
    """A reader finds a definition by its name, and a change of one shows as one changed line."""
    schema = request_schema()
    lines = write_schemas.one_definition_a_line(schema).splitlines()
    assert json.loads("\n".join(lines)) == schema
    for name, definition in schema["definitions"].items():
        assert f'    "{name}": {json.dumps(definition)}' in [line.rstrip(",") for line in lines]
    spread = [member for keyword in ("properties", "definitions") for member in schema[keyword]]
    closings = 1 + 2
    assert len(lines) == 1 + len(schema) + len(spread) + closings
