"""The wordings of questions that reading adds to an instrument: ``derived.yaml``, beside this module."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml

from pipeline.instrument.model import Text


@functools.cache
def wording_of(question: str) -> tuple[Text, Text]:
    """Return the label and the wording of an added question."""
    content = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    label, wording = (Text(**content[question][name]) for name in ("label", "wording"))
    return label, wording
