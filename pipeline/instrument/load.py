"""Reading YAML strictly: duplicate keys refused, errors told by file, line and key path."""

from __future__ import annotations

import types
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from pipeline.errors import InstrumentError, PipelineError
from pipeline.instrument.birth import with_age
from pipeline.instrument.composite_question import with_composites
from pipeline.instrument.inheritance import with_inherited_waves
from pipeline.instrument.model import Instrument
from pipeline.yaml_data import PARSER

Model = TypeVar("Model", bound=BaseModel)

#: Bytes of a file of declarations, and how deep its lists and mappings may stand in each other.
LARGEST, DEEPEST = 4 << 20, 64
#: Faults that one message tells, and characters of a value or key in it.
MOST_TOLD, LONGEST_SHOWN = 20, 300


class _StrictConstructor(yaml.constructor.SafeConstructor):
    """Build plain Python values from nodes; a key may stand once in a mapping."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key_node, _ in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.YAMLError(f"line {line}: a key must be a plain word or number")
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.YAMLError(f"line {line}: the key '{key}' stands twice (first in line {seen[key]})")
            seen[key] = line
        return super().construct_mapping(node, deep=deep)


def _composed(text: str) -> yaml.Node | None:
    """Return the node tree of a text without aliases, which can be made to explode, and of bounded depth."""
    depth = 0
    for event in yaml.parse(text, Loader=PARSER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            # Building the tree of a deeper one can end the process: it is done in C, without a check.
            line = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
            raise yaml.YAMLError(f"{line}lists and mappings stand more than {DEEPEST} deep in each other")
        if isinstance(event, yaml.AliasEvent):
            line = f"line {event.start_mark.line + 1}: " if event.start_mark else ""
            raise yaml.YAMLError(f"{line}aliases (*name) are not allowed")
    return yaml.compose(text, Loader=PARSER)


def read_yaml(path: Path, error: type[PipelineError]) -> tuple[Any, yaml.Node | None]:
    """Return the content of a YAML file and its node tree (for line numbers).

    Raises
    ------
    PipelineError
        Of class ``error``: the file is missing, is not UTF-8, or is not plain YAML.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise error(
                "the file is larger than declarations can be",
                where=str(path),
                found=f"{path.stat().st_size:,} bytes",
                allowed=f"{LARGEST:,} bytes",
                action="check that this is the right file: received data belong to the data folder",
            )
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise error("the file does not exist", where=str(path), action="check the name, or write the file") from None
    except UnicodeDecodeError as fault:
        line = path.read_bytes()[: fault.start].count(b"\n") + 1
        raise error("the file is not UTF-8", where=f"{path}:{line}", action="save it as UTF-8") from None
    except OSError as fault:
        raise error(f"the file cannot be read ({fault.strerror})", where=str(path)) from None
    try:
        node = _composed(text)
        return (None if node is None else _StrictConstructor().construct_document(node)), node
    except (yaml.YAMLError, RecursionError, ValueError, OverflowError) as fault:
        # ValueError: a date or number that looks like one and is none (2006-02-31).
        mark = getattr(fault, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        problem = _shown(getattr(fault, "problem", None) or str(fault))
        raise error(f"this is not readable YAML: {problem}", where=where, action="mend the line") from None


def _shown(text: str) -> str:
    """Return a text as a message shows it: on one line, not longer than a person reads."""
    text = " ".join(text.split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


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
        # Asked for once: a file may be wrong in a hundred thousand places.
        wrong = fault.errors(include_url=False, include_context=False)
        for e in wrong[:MOST_TOLD]:
            keys = tuple(e["loc"])
            line = line_of(node, keys)
            place = f"line {line}, " if line else ""
            key = ".".join(str(k) for k in keys if k not in ("[key]",)) or "(whole file)"
            found = e.get("input")
            shown = f", found {_shown(repr(found))}" if isinstance(found, (str, int, float, bool)) else ""
            problems.append(f"{place}key {_shown(key)}: {_reason(e)}{shown}")
        if len(wrong) > MOST_TOLD:
            problems.append(f"and {len(wrong) - MOST_TOLD} more")
        first = line_of(node, tuple(wrong[0]["loc"]))
        raise error(
            problems[0] if len(problems) == 1 else "\n  - ".join(["several keys are wrong:", *problems]),
            where=f"{path}:{first}" if first else str(path),
            action="correct the file; README.md and the other evaluations in surveys/ show the keys",
        ) from None


def _reason(e: Any) -> str:
    if e["type"] == "extra_forbidden":
        return "this key is not known here"
    if e["type"] == "string_type" and e.get("input") is None:
        return "no text stands behind this key; a text that holds a comma or a colon is put between quotes"
    return str(e["msg"]).removeprefix("Value error, ")


def load_instrument(path: Path, same_as: Mapping[str, str] = types.MappingProxyType({})) -> Instrument:
    """Read and check one instrument.

    Parameters
    ----------
    same_as : wave -> the earlier wave that asked the same, in order.

    Raises
    ------
    InstrumentError
        Naming file, line, key, what was found and what is allowed.
    """
    content, node = read_yaml(path, InstrumentError)
    read = validate(Instrument, content, node, path, InstrumentError)
    key = "questions"
    try:
        read = with_age(with_inherited_waves(read, same_as))
        key = "composites"
        return with_composites(read)
    except ValidationError as fault:
        problem = str(fault.errors()[0]["msg"]).removeprefix("Value error, ")
        raise _misfit(path, node, key, problem) from None
    except ValueError as fault:
        raise _misfit(path, node, key, str(fault)) from None


def _misfit(path: Path, node: yaml.Node | None, key: str, problem: str) -> InstrumentError:
    where = f"{path}:{line_of(node, (key,))}"
    return InstrumentError(problem, where=where, action=f"correct `{key}:` in the instrument")
