"""Waves on one footing: codes of an old wave that lead nowhere, and what was decided so that waves can be compared."""

from __future__ import annotations

from pipeline.ingest.faults import Fault, some
from pipeline.ingest.privacy.gate import told
from pipeline.ingest.readers.received import Note
from pipeline.ingest.recode import Recoded, coded
from pipeline.instrument import Instrument, Question


def codes_without_counterpart(
    instrument: Instrument, wave: str | None, recoded: dict[str, Recoded], file: str
) -> list[Fault]:
    """Return one fault a question whose recodes leave out a code of the wave, or that holds one it did not offer.

    A wave with a list of recodes has codes of its own: one that the list leaves out is an answer of some respondents
    that would be lost, not a slip of the pen, however few they are.
    """
    faults = []
    for q in instrument.questions:
        history = q.history(wave)
        seen = recoded[q.name].seen if coded(q) and q.asked(wave) else None
        if seen is None or (history.recode is None and history.codes is None):
            continue
        offered = {str(c) for c in q.codes if q.offers(wave, c)}
        counts = seen[seen.notna() & ~seen.isin(list(offered))].astype("str").value_counts()
        if len(counts):
            found = [f"{told(code, q.role == 'identifier')} ({n} records)" for code, n in counts.items()]
            faults.append(
                Fault(
                    f"codes of wave '{wave}' have no counterpart among the answers of question '{q.name}'",
                    file,
                    column=q.history(wave).column or q.column or q.name,
                    found=some(found),
                    allowed=some([*(history.recode or {}), *sorted(offered), *q.missing], 20),
                    action="say under `waves:` -> `recode:` what they stand for (a code, a missing code, or null),"
                    " or add them to `codes:`",
                )
            )
    return faults


def harmonised(instrument: Instrument, wave: str | None) -> list[Note]:
    """Return what the instrument decides about a wave so that it compares: answers put together, other wordings."""
    notes: list[Note] = []
    for q in instrument.questions:
        if wave in q.waves and q.asked(wave):
            notes += [*_merged(q, str(wave)), *_reworded(q, str(wave))]
    return notes


def _merged(q: Question, wave: str) -> list[Note]:
    sources: dict[str, list[str]] = {}
    for code, target in (q.history(wave).recode or {}).items():
        sources.setdefault("" if target is None else str(target), []).append(str(code))
    said = f"codes of {wave} put together to compare"
    several = {t: codes for t, codes in sources.items() if t and len(codes) > 1}
    notes = [Note("merged_codes", q.name, ", ".join(codes), target, said) for target, codes in several.items()]
    if "" in sources:
        lost = ", ".join(sources[""])
        said = f"codes of {wave} counted as no answer"
        notes.append(Note("merged_codes", q.name, lost, "no_answer", said))
    return notes


def _reworded(q: Question, wave: str) -> list[Note]:
    history = q.history(wave)
    if history.wording is None or history.wording == q.wording:
        return []
    kept = bool(history.comparable)
    said = f"other wording in {wave}: {'compared' if kept else 'not compared'}"
    return [Note("other_wording", q.name, history.wording.fr, q.wording.fr, said)]
