"""Reading YAML strictly: duplicate keys refused, errors told by file, line and key path."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.errors import InstrumentError, PipelineError
from pipeline.instrument.model import Instrument

Model = TypeVar("Model", bound=BaseModel)


class _StrictLoader(yaml.SafeLoader):
    """YAML's safe loader without duplicate keys and without aliases (which can be made to explode)."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()
            raise yaml.YAMLError(f"line {event.start_mark.line + 1}: aliases (*name) are not allowed")
        return super().compose_node(parent, index)


def _mapping_without_duplicates(loader: _StrictLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: dict[Any, int] = {}
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, (str, int, float, bool, type(None))) and not hasattr(key, "isoformat"):
            raise yaml.YAMLError(f"line {key_node.start_mark.line + 1}: a key must be a plain word or number")
        if key in seen:
            line = key_node.start_mark.line + 1
            raise yaml.YAMLError(f"line {line}: the key '{key}' stands twice (first in line {seen[key]})")
        seen[key] = key_node.start_mark.line + 1
    loader.flatten_mapping(node)
    return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}


_StrictLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_without_duplicates)


def read_yaml(path: Path, error: type[PipelineError]) -> tuple[Any, yaml.Node | None]:
    """Return the content of a YAML file and its node tree (for line numbers).

    Raises
    ------
    PipelineError
        Of class ``error``: the file is missing, is not UTF-8, or is not plain YAML.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise error("the file does not exist", where=str(path), action="check the name, or write the file") from None
    except UnicodeDecodeError as fault:
        line = path.read_bytes()[: fault.start].count(b"\n") + 1
        raise error("the file is not UTF-8", where=f"{path}:{line}", action="save it as UTF-8") from None
    except OSError as fault:
        raise error(f"the file cannot be read ({fault.strerror})", where=str(path)) from None
    try:
        content = yaml.load(text, Loader=_StrictLoader)
        return content, yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = getattr(fault, "problem", None) or str(fault)
        raise error(f"this is not readable YAML: {problem}", where=where, action="mend the line") from None


def line_of(node: yaml.Node | None, keys: tuple[Any, ...]) -> int | None:
    """Return the line of a key path in a YAML node tree (the deepest part of it that exists)."""
    line = None
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            hit = next(((k, v) for k, v in node.value if str(k.value) == str(key)), None)
            if hit is None:
                continue
            line, node = hit[0].start_mark.line + 1, hit[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line


def validate(model: type[Model], content: Any, node: yaml.Node | None, path: Path, error: type[PipelineError]) -> Model:
    """Return ``content`` as ``model``; every fault of a file is told at once, each with line, key and allowed."""
    try:
        return model.model_validate(content)
    except ValidationError as fault:
        problems = []
        for e in fault.errors():
            keys = tuple(e["loc"])
            line = line_of(node, keys)
            place = f"line {line}, " if line else ""
            key = ".".join(str(k) for k in keys if k not in ("[key]",)) or "(whole file)"
            found = e.get("input")
            shown = f", found {found!r}" if isinstance(found, (str, int, float, bool)) else ""
            problems.append(f"{place}key {key}: {_reason(e)}{shown}")
        first = line_of(node, tuple(fault.errors()[0]["loc"]))
        raise error(
            problems[0] if len(problems) == 1 else "\n  - ".join(["several keys are wrong:", *problems]),
            where=f"{path}:{first}" if first else str(path),
            action="correct the file; README.md and the other evaluations in surveys/ show the keys",
        ) from None


def _reason(e: Any) -> str:
    if e["type"] == "extra_forbidden":
        return "this key is not known here"
    return str(e["msg"]).removeprefix("Value error, ")


def load_instrument(path: Path) -> Instrument:
    """Read and check one instrument.

    Raises
    ------
    InstrumentError
        Naming file, line, key, what was found and what is allowed.
    """
    content, node = read_yaml(path, InstrumentError)
    return validate(Instrument, content, node, path, InstrumentError)
