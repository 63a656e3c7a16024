"""Waves that asked as an earlier one did: its columns, recodes and items, but for what they declare themselves."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.instrument.model import Instrument, Item, Question, WaveHistory


def with_inherited_waves(instrument: Instrument, same_as: Mapping[str, str]) -> Instrument:
    """Return the instrument whose waves have the history of the wave that they are the same as.

    Parameters
    ----------
    same_as : wave -> the earlier wave, in the order of the waves, so that a wave may follow one that follows another.

    Raises
    ------
    ValueError
        Two questions would then be read from one column.
    """
    if not same_as:
        return instrument
    questions = [_question(q, same_as) for q in instrument.questions]
    fields = {name: getattr(instrument, name) for name in type(instrument).model_fields}
    return Instrument.model_validate({**fields, "questions": questions})


def _question(question: Question, same_as: Mapping[str, str]) -> Question:
    waves, items = dict(question.waves), list(question.items)
    for wave, earlier in same_as.items():
        if earlier in waves:
            waves[wave] = _over(waves[earlier], waves.get(wave))
        items = [_item(i, wave, earlier) for i in items]
    return question.model_copy(update={"waves": waves, "items": items})


def _over(earlier: WaveHistory, own: WaveHistory | None) -> WaveHistory:
    """Return a history with what a wave declares itself laid over it; columns of items and recodes one by one."""
    if own is None:
        return earlier
    told = {name: getattr(own, name) for name in own.model_fields_set}
    for name in ("items", "recode"):
        if told.get(name) is not None:
            told[name] = {**(getattr(earlier, name) or {}), **told[name]}
    return earlier.model_copy(update=told)


def _item(item: Item, wave: str, earlier: str) -> Item:
    if item.waves is None or earlier not in item.waves or wave in item.waves:
        return item
    return item.model_copy(update={"waves": [*item.waves, wave]})
