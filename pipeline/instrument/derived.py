"""The wordings of questions that reading adds to an instrument: ``derived.yaml``, beside this module."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

import yaml

from pipeline.instrument.declaration import Text


@functools.cache
def _content() -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return content


@functools.cache
def wording_of(question: str) -> tuple[Text, Text]:
    """Return the label and the wording of an added question."""
    label, wording = (Text(**_content()[question][name]) for name in ("label", "wording"))
    return label, wording


@functools.cache
def composite_texts(code: str) -> Text:
    """Return the label of a code of a composite: `met` or `unmet`."""
    return Text(**_content()["composite"][code])


def phrase(key: str, lang: str, **values: str) -> str:
    """Return a phrase of how a composite is made, filled."""
    return str(_content()["composite"][key][lang]).format(**values)
