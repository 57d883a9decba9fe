"""Generated files agree with the models, and the check finds a file that does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from infra import write_schemas
from infra.schemas import request_schema

CHANGED = (
    "infra/template.yaml",
    "docs/schemas/result-line.schema.json",
    "docs/schemas/status.schema.json",
    "docs/openapi.json",
)


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a copy of every generated file, which the command reads and writes in this test."""
    for path, text in list(write_schemas.generated()):
        copy = tmp_path / path.relative_to(write_schemas.ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(text, encoding="utf-8")
    monkeypatch.setattr(write_schemas, "ROOT", tmp_path)
    monkeypatch.setattr(write_schemas, "TEMPLATE", tmp_path / "infra" / "template.yaml")
    monkeypatch.setattr(write_schemas, "OPENAPI", tmp_path / "docs" / "openapi.json")
    monkeypatch.setattr(write_schemas, "SCHEMAS", tmp_path / "docs" / "schemas")
    return tmp_path


def test_generated_files_agree_with_the_models() -> None:
    """The template and the schemas are what `make schema` would write now."""
    assert write_schemas.main(["--check"]) == 0


def test_changed_files_are_found(copies: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The check names each file with one changed limit, and no other; the command repairs them."""
    unchanged = "docs/schemas/sweep-request.schema.json"
    for changed in CHANGED:
        seeded = copies / changed
        text = seeded.read_text(encoding="utf-8")
        seeded.write_text(text.replace('"minimum": ', '"minimum": 9', 1), encoding="utf-8")
    assert write_schemas.main(["--check"]) == 1
    said = capsys.readouterr().err
    assert all(changed in said for changed in CHANGED)
    assert (copies / unchanged).exists()
    assert unchanged not in said
    assert write_schemas.main([]) == 0
    assert write_schemas.main(["--check"]) == 0


def test_the_model_has_one_definition_a_line() -> None:
    """Each definition has a line of its own, so a change of one is a diff of one line."""
    schema = request_schema()
    lines = write_schemas.one_definition_a_line(schema).splitlines()
    assert json.loads("\n".join(lines)) == schema
    for name, definition in schema["definitions"].items():
        assert f'    "{name}": {json.dumps(definition)}' in [line.rstrip(",") for line in lines]
    members = [member for keyword in ("properties", "definitions") for member in schema[keyword]]
    closings = 1 + 2
    assert len(lines) == 1 + len(schema) + len(members) + closings
