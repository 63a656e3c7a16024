"""Words of answers whose meaning the pipeline acts upon: ``answers.yaml``, beside this module."""

from __future__ import annotations

import functools

from pipeline.yaml_data import data_beside


@functools.cache
def words(meaning: str) -> frozenset[str]:
    """Return the words that mean ``yes``, ``no``, ``female``, ``male``, or are ``bare`` without their question."""
    return frozenset(data_beside(__file__)[meaning])
