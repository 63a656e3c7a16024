"""Schemas are those of the code, describe every key, and hold for every file that is shipped or drafted."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from pipeline.ingest.scaffold.write import new_evaluation
from pipeline.stages.schemas import schemas, texts

ROOT = Path(__file__).parents[2]
MODELINE = "# yaml-language-server: $schema="
#: Written by hand, without a schema: what a synthetic evaluation is simulated from, and texts by free keys.
FREE = ("truth.yaml", "words")


class AsEditorsRead(yaml.SafeLoader):
    """YAML whose dates stay texts, as they are to an editor."""


AsEditorsRead.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for letter, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@cache
def validators() -> dict[str, jsonschema.Draft202012Validator]:
    return {name: jsonschema.Draft202012Validator(schema) for name, schema in schemas(ROOT).items()}


def faults(path: Path) -> list[str]:
    """Return what the schema that a file names has against it."""
    first = path.read_text(encoding="utf-8").partition("\n")[0]
    assert first.startswith(MODELINE), f"{path}: no modeline"
    kind = Path(first.removeprefix(MODELINE)).stem
    # keys of YAML may be numbers, those of JSON are texts
    content = json.loads(json.dumps(yaml.load(path.read_text(encoding="utf-8"), AsEditorsRead)))
    return [f"{list(e.absolute_path)}: {e.message}" for e in validators()[kind].iter_errors(content)]


def declared() -> list[Path]:
    return [p for p in sorted((ROOT / "surveys").rglob("*.yaml")) if not set(p.parts) & set(FREE)]


def properties(schema: object) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the keys of a schema with what is said of each, however deep they stand."""
    if isinstance(schema, dict):
        if schema.get("type") == "object" and "properties" in schema:
            yield from ((f"{schema.get('title')}.{key}", told) for key, told in schema["properties"].items())
        for each in schema.values():
            yield from properties(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from properties(each)


def test_schemas_are_those_of_the_code() -> None:
    stale = [p.name for p, text in texts(ROOT).items() if not p.is_file() or p.read_text(encoding="utf-8") != text]
    assert stale == [], "run: python -m pipeline schemas"


@pytest.mark.parametrize("name", ["evaluation", "instrument", "recommendations"])
def test_every_key_is_described(name: str) -> None:
    silent = [key for key, told in properties(schemas(ROOT)[name]) if not told.get("description")]
    assert silent == []


def test_settings_of_every_question_are_in_the_schema() -> None:
    evaluation = schemas(ROOT)["evaluation"]
    entry = evaluation["$defs"]["PlanEntry"]
    assert len(entry["allOf"]) == len(entry["properties"]["question"]["enum"]) > 20


@pytest.mark.parametrize("path", declared(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_shipped_files_keep_to_their_schema(path: Path) -> None:
    assert faults(path) == []
    target = path.read_text(encoding="utf-8").partition("\n")[0].removeprefix(MODELINE)
    assert (path.parent / target).resolve().is_relative_to(ROOT / "schemas")


def test_a_draft_keeps_to_its_schema(tmp_path: Path) -> None:
    lines = ["id;q1;age", *(f"{i};{'oui' if i % 3 else 'non'};{20 + i % 50}" for i in range(60))]
    (tmp_path / "answers.csv").write_text("\n".join(lines), encoding="utf-8")
    new_evaluation("mine", [tmp_path / "answers.csv"], tmp_path, lambda paths: True, dt.date(2026, 1, 5))
    drafted = sorted((tmp_path / "surveys" / "mine").glob("*.yaml"))
    assert len(drafted) > 1
    assert [f for path in drafted for f in faults(path)] == []


@pytest.mark.parametrize("plan", [{"question": "demand", "settings": {"servces": "wants"}}, {"question": "demnd"}])
def test_a_slip_in_the_plan_is_found(plan: dict[str, Any]) -> None:
    text = (ROOT / "surveys" / "miniature" / "evaluation.yaml").read_text(encoding="utf-8")
    content = json.loads(json.dumps(yaml.load(text, AsEditorsRead)))
    assert not list(validators()["evaluation"].iter_errors(content))
    assert list(validators()["evaluation"].iter_errors({**content, "plan": [plan]}))


@pytest.mark.parametrize("path", sorted((ROOT / "starter").rglob("*.yaml")), ids=lambda p: p.name)
def test_files_of_the_tutorial_keep_to_their_schema(path: Path) -> None:
    assert faults(path) == []
