"""Words of answers whose meaning the pipeline acts upon: ``answers.yaml``, beside this module."""

from __future__ import annotations

import functools
from pathlib import Path

import yaml


@functools.cache
def words(meaning: str) -> frozenset[str]:
    """Return the words that mean ``yes``, ``no``, ``female``, ``male``, or are ``bare`` without their question."""
    content = yaml.safe_load(Path(__file__).with_suffix(".yaml").read_text(encoding="utf-8"))
    return frozenset(content[meaning])
