"""The wordings of questions that reading adds to an instrument: ``derived.yaml``, beside this module."""

from __future__ import annotations

import functools

from pipeline.instrument.declaration import Text
from pipeline.yaml_data import data_beside


@functools.cache
def wording_of(question: str) -> tuple[Text, Text]:
    """Return the label and the wording of an added question."""
    label, wording = (Text(**data_beside(__file__)[question][name]) for name in ("label", "wording"))
    return label, wording


@functools.cache
def composite_texts(code: str) -> Text:
    """Return the label of a code of a composite: `met` or `unmet`."""
    return Text(**data_beside(__file__)["composite"][code])


def phrase(key: str, lang: str, **values: str) -> str:
    """Return a phrase of how a composite is made, filled."""
    return str(data_beside(__file__)["composite"][key][lang]).format(**values)
