"""Declarations as YAML that a person reads and corrects: one key a line, remarks on the lines that were guessed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import yaml

from pipeline.ingest.privacy.patterns import masked
from pipeline.ingest.tools.draft import Draft, hint

REVIEW = hint("review")
#: Longer mappings and lists stand one entry a line.
SHORT = 100


class Reviewed:
    """A value with a remark for the person who reviews it."""

    def __init__(self, value: Any, remark: str) -> None:
        self.value = value
        self.remark = remark


def yaml_of(content: Mapping[str, Any], head: str = "") -> str:
    """Return a mapping as YAML; values wrapped in `Reviewed` end their line with the remark."""
    lines = [f"# {line}" for line in head.splitlines()]
    for key, value in content.items():
        lines += _entry(key, value, 0)
    return "\n".join(lines) + "\n"


def screened(value: Any, said: bool = False) -> Any:
    """Return a declaration whose titles, wordings and labels say nothing of a person, wherever they were received.

    Names, columns and codes stay: those of files were screened when they were read, and answers must meet them.
    """
    if isinstance(value, Reviewed):
        return Reviewed(screened(value.value, said), value.remark)
    if isinstance(value, Mapping):
        return {k: screened(v, k in ("fr", "en")) for k, v in value.items()}
    if isinstance(value, list):
        return [screened(v) for v in value]
    return masked(value, wording=True) if said and isinstance(value, str) else value


def question_entries(drafts: list[Draft]) -> list[dict[str, Any]]:
    """Return drafts as entries of `questions:`, guessed keys marked."""
    order = ["name", "type", "role", "column", "wording", "label"]
    out = []
    for draft in drafts:
        keys = [k for k in order if k in draft.content] + [k for k in draft.content if k not in order]
        values = {k: draft.content[k] for k in keys}
        out.append({k: Reviewed(v, draft.review[k]) if draft.review.get(k) else v for k, v in values.items()})
    return out


def _entry(key: Any, value: Any, depth: int) -> list[str]:
    pad = "  " * depth
    remark = ""
    if isinstance(value, Reviewed):
        remark, value = f"  {REVIEW}{' '.join(value.remark.split())}", value.value
    name = flow(key)
    if isinstance(value, (Mapping, list)) and value and not _short(value):
        return [f"{pad}{name}:{remark}", *_block(value, depth + 1)]
    return [f"{pad}{name}: {flow(value)}{remark}"]


def _block(value: Any, depth: int) -> list[str]:
    pad = "  " * depth
    if isinstance(value, Mapping):
        return [line for k, v in value.items() for line in _entry(k, v, depth)]
    lines: list[str] = []
    for item in value:
        if isinstance(item, Mapping) and not _short(item):
            inner = [line for k, v in item.items() for line in _entry(k, v, depth + 1)]
            lines += [f"{pad}- {inner[0].strip()}", *inner[1:]]
        else:
            lines.append(f"{pad}- {flow(item)}")
    return lines


def _short(value: Any) -> bool:
    return not _remarked(value) and len(flow(value)) <= SHORT


def _remarked(value: Any) -> bool:
    if isinstance(value, Reviewed):
        return True
    inner = value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ()
    return any(_remarked(v) for v in inner)


def flow(value: Any) -> str:
    """Return a value on one line of YAML."""
    if isinstance(value, str) and "\n" in value:
        return json.dumps(value, ensure_ascii=False)
    text = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=10**9)
    return text.strip().removesuffix("...").strip()
