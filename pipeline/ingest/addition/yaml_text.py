"""Additions to a YAML file as text: what a person wrote, comments and order included, stays as it is."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from pipeline.errors import EvaluationError

#: A text that YAML reads as itself.
_PLAIN = re.compile(r"[A-Za-zÀ-ÿ_][A-Za-zÀ-ÿ0-9_./-]*")
_SPOKEN = {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
Keys = Sequence[str | int]


def flow(value: Any) -> str:
    """Return a value on one line."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{flow(k)}: {flow(v)}" for k, v in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.casefold() not in _SPOKEN
        return value if plain else json.dumps(value, ensure_ascii=False)
    return json.dumps(value)


def with_item(text: str, keys: Keys, value: Any) -> str:
    """Return the text with one more item at the end of the list under ``keys``."""
    node = node_at(text, keys)
    if not isinstance(node, yaml.SequenceNode):
        raise _misplaced(keys, "a list")
    if node.flow_style or not node.value:
        return _into_brackets(text, node, flow(value))
    return _below(text, node, f"- {flow(value)}")


def with_key(text: str, keys: Keys, key: str, value: Any) -> str:
    """Return the text with one more key at the end of the mapping under ``keys``.

    Raises
    ------
    EvaluationError
        The key is there already: nothing that was written is replaced.
    """
    node = node_at(text, keys)
    if not isinstance(node, yaml.MappingNode):
        raise _misplaced(keys, "a mapping")
    if any(k.value == key for k, _ in node.value):
        raise EvaluationError(f"the key '{key}' stands already", where=".".join(map(str, keys)))
    entry = f"{flow(key)}: {flow(value)}"
    if node.flow_style:
        return _into_brackets(text, node, entry)
    return _below(text, node, entry)


def with_value(text: str, keys: Keys, value: Any) -> str:
    """Return the text with another value in the place of the one under ``keys``."""
    node = node_at(text, keys)
    return text[: node.start_mark.index] + flow(value) + text[node.end_mark.index :]


def node_at(text: str, keys: Keys) -> yaml.Node:
    """Return the node under ``keys``: names of mappings, places in lists."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            node = next((v for k, v in node.value if k.value == str(key)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int):
            node = node.value[key]
        else:
            node = None
        if node is None:
            raise _misplaced(keys, f"a key '{key}'")
    if node is None:
        raise _misplaced(keys, "anything")
    return node


def has(text: str, keys: Keys) -> bool:
    """Return whether something stands under ``keys``."""
    try:
        node_at(text, keys)
    except EvaluationError:
        return False
    return True


def _misplaced(keys: Keys, what: str) -> EvaluationError:
    return EvaluationError(f"there is not {what} to add to", where=".".join(map(str, keys)))


def _into_brackets(text: str, node: yaml.Node, entry: str) -> str:
    place = node.end_mark.index - 1
    held = text[:place].rstrip()
    gap = ", " if node.value and not held.endswith(",") else " " if node.value else ""
    return held + gap + entry + text[place:]


def _below(text: str, node: yaml.Node, entry: str) -> str:
    end = _end(text, node)
    line = text.find("\n", end)
    line = len(text) if line < 0 else line
    return f"{text[:line]}\n{' ' * node.start_mark.column}{entry}{text[line:]}"


def _end(text: str, node: yaml.Node) -> int:
    """Return where a node ends; a block ends with what stands in it, not with the blank lines and remarks after it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(text, last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    return end - 1 if end and text[end - 1] == "\n" else end
