"""JSON Schemas of what is written by hand, so that an editor completes and checks it: a description for every key.

Evaluations, instruments and recommendations; the settings of each entry of a plan are those of its question, a
project's own questions included. A key is described by the string below it in the code, or by its field's description.
"""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from pipeline.errors import EvaluationError
from pipeline.evaluation import Settings
from pipeline.evaluation.contrasts import ONE_OR_SEVERAL, PLACES, SEVERAL
from pipeline.evaluation.recommendations import Recommendations
from pipeline.instrument import Instrument
from pipeline.questions.discovery import answering, names

#: Folder of a project that holds them, and what each is of.
FOLDER = "schemas"
_OF: dict[str, type[BaseModel]] = {
    "evaluation": Settings,
    "instrument": Instrument,
    "recommendations": Recommendations,
}


def descriptions(model: type[BaseModel]) -> dict[str, str]:
    """Return key -> description of a declaration: its field's own, else the string that stands below it in the code."""
    below: dict[str, str] = {}
    for each in reversed([c for c in model.__mro__ if issubclass(c, BaseModel) and c is not BaseModel]):
        tree = ast.parse(textwrap.dedent(inspect.getsource(each))).body[0]
        assert isinstance(tree, ast.ClassDef)
        for node, after in zip(tree.body, tree.body[1:], strict=False):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and (text := _string(after)):
                below[node.target.id] = text
    told = {name: field.description or below.get(name, "") for name, field in model.model_fields.items()}
    return {name: " ".join(text.split()) for name, text in told.items() if text}


def _string(node: ast.stmt) -> str | None:
    constant = node.value if isinstance(node, ast.Expr) else None
    return constant.value if isinstance(constant, ast.Constant) and isinstance(constant.value, str) else None


class _Described(GenerateJsonSchema):
    """Schemas with the descriptions of keys, and what a declaration is in one line."""

    def field_title_should_be_set(self, schema: object) -> bool:
        return False  # a title made of the key's name says nothing

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        model: type[BaseModel] = schema["cls"]
        for name, text in descriptions(model).items():
            key = model.model_fields[name].alias or name
            made["properties"][key].setdefault("description", text)
        for key in (k for k in (ONE_OR_SEVERAL, SEVERAL) if k in made["properties"]):
            made["properties"][key] = _with_words(made["properties"][key], key)
        return {**made, "description": " ".join(inspect.cleandoc(model.__doc__ or "").partition("\n\n")[0].split())}


def _with_words(told: JsonSchemaValue, key: str) -> JsonSchemaValue:
    """Return the schema of a contrast: the plan says it by names or words, and several pairs at once."""
    kept: JsonSchemaValue = {k: v for k, v in told.items() if k in ("description", "default")}
    end = {"anyOf": [{"enum": list(PLACES)}, {"type": "integer"}, {"type": "string"}]}
    pair = {"type": "array", "items": end, "minItems": 2, "maxItems": 2}
    several = {"type": "array", "items": pair, "minItems": 1}
    return {**kept, "anyOf": [*([pair] if key == ONE_OR_SEVERAL else []), several, {"type": "null"}]}


def schemas(root: Path) -> dict[str, dict[str, Any]]:
    """Return name -> JSON Schema of what a project declares by hand."""
    made = {name: _schema(model) for name, model in _OF.items()}
    _complete_plan(made["evaluation"], root)
    return made


def _schema(model: type[BaseModel]) -> dict[str, Any]:
    dialect = {"$schema": GenerateJsonSchema.schema_dialect}
    return {**dialect, **model.model_json_schema(schema_generator=_Described)}


def _complete_plan(evaluation: dict[str, Any], root: Path) -> None:
    """Say what each question of the plan takes as its settings."""
    asked = names(root)
    models = {name: answering(root, name).Settings for name in asked}
    refs, defined = models_json_schema(
        [(model, "validation") for model in models.values()],
        ref_template="#/$defs/plan/$defs/{model}",
        schema_generator=_Described,
    )
    entry = evaluation["$defs"]["PlanEntry"]
    entry["properties"]["question"] |= {"enum": asked}
    entry["allOf"] = [
        {
            "if": {"properties": {"question": {"const": name}}},
            "then": {"properties": {"settings": refs[(model, "validation")]}, **_needed(model)},
        }
        for name, model in models.items()
    ]
    evaluation["$defs"]["plan"] = {"$defs": defined["$defs"]}


def _needed(model: type[BaseModel]) -> dict[str, list[str]]:
    return {"required": ["settings"]} if any(f.is_required() for f in model.model_fields.values()) else {}


def texts(root: Path) -> dict[Path, str]:
    """Return path -> text of the schemas of a project."""
    told = {name: json.dumps(made, ensure_ascii=False, indent=1) for name, made in schemas(root).items()}
    return {root / FOLDER / f"{name}.json": f"{text}\n" for name, text in told.items()}


def write_schemas(root: Path) -> list[str]:
    """Write the schemas of a project and return one line a file.

    Raises
    ------
    EvaluationError
        When the folder is no project: nothing is written beside other things.
    """
    if not (root / "surveys").is_dir():
        raise EvaluationError(
            "this folder is no project",
            where=str(root),
            allowed="a folder with surveys/",
            action="run from the project's folder (or with --project), or make one: evaluation init FOLDER",
        )
    made = texts(root)
    (root / FOLDER).mkdir(exist_ok=True)
    for path, text in made.items():
        path.write_text(text, encoding="utf-8")
    return [str(path.relative_to(root)) for path in made]
