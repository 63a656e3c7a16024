"""The wordings of questions that reading adds to an instrument: ``derived.yaml``, beside this module."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml

from pipeline.instrument.model import Text


@functools.cache
def wording_of(question: str) -> dict[str, Text]:
    """Return the label and the wording of an added question, as keywords of :class:`Question`."""
    content = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return {name: Text(**said) for name, said in content[question].items()}
