"""From received values to the codes, numbers and dates of the instrument, each with its status."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from pipeline.ingest.closures import closed_as_nought
from pipeline.ingest.coarse_days import with_days
from pipeline.ingest.conventions import (
    date_order,
    decimal_note,
    doubtful_number,
    marks,
    order_note,
    serial_dates,
    serial_note,
    summed_days_note,
    swapped_note,
    thousands_note,
)
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.lexicon import folded, patterns
from pipeline.ingest.options import alike, options_of
from pipeline.ingest.periods import dated, periods
from pipeline.ingest.readers.encoding import sound
from pipeline.ingest.readers.received import Note, Received
from pipeline.ingest.units import unit_note, without_units
from pipeline.ingest.values import Distinct, dates, distinct, joined, numbers, spellings, text_of, texts
from pipeline.instrument import Code, Instrument, Question
from pipeline.instrument.affirmation import NO, YES

STATUSES = ("answered", "no_answer", "refused", "dont_know", "not_applicable", "routed", "not_asked")
ANSWERED, NO_ANSWER, ROUTED, NOT_ASKED = (STATUSES.index(s) for s in ("answered", "no_answer", "routed", "not_asked"))
TICKED = YES | {"x"}
#: A wave of so few records may leave a question blank that was asked.
WHOLE = 10
UNTICKED = NO | {"2"}


@dataclass(frozen=True)
class Recoded:
    """One question of one wave.

    Attributes
    ----------
    clean : clean column -> values (none for free text).
    status : position in `STATUSES`, one a row (int8).
    seen : what the expectations look at: codes (unknown ones as received; as categories) and texts as text, numbers
        and dates as read.
    unreadable : the received text where it is no number, date or box, as categories; missing elsewhere.
    past : the answer as text where the question was answered though routed past, as categories; missing elsewhere.
    """

    clean: dict[str, pd.Series]
    status: np.ndarray
    seen: pd.Series | None = None
    unreadable: pd.Series | None = None
    past: pd.Series | None = None
    notes: list[Note] = field(default_factory=list)


def received_columns(q: Question, wave: str | None) -> list[str]:
    """Return the columns of the received file that hold a question in a wave."""
    if q.slots:
        return list(q.slots) if q.asked(wave) else []
    if q.type == "multiple" and q.separator:
        return [q.history(wave).column or q.column or q.name] if q.asked(wave) else []
    return [*q.columns(wave).values(), *([q.year] if q.year and q.asked(wave) else [])]


def coded(q: Question) -> bool:
    """Return whether the answers of a question are codes (numbers with a few labelled values are not)."""
    return bool(q.codes) and q.type in ("single", "likert", "text", "key")


def free_text(q: Question) -> bool:
    """Return whether a question holds free text, which never leaves ingest."""
    return q.role == "open_text" or (q.type == "open" and q.role != "identifier")


def clean_dtype(q: Question) -> str:
    """Return the type of a question's clean column."""
    if coded(q):
        return "Int64" if all(isinstance(c, int) for c in q.codes) else "str"
    kinds = {"multiple": "boolean", "number": "Float64", "likert": "Int64", "count": "Int64", "date": "datetime64[us]"}
    if q.role in ("identifier", "birth_date", "respondent"):
        return "Int64" if q.role == "birth_date" else "str"
    return kinds.get(q.type, "str")


def recode(instrument: Instrument, wave: str | None, received: Received, decimal: str | None) -> dict[str, Recoded]:
    """Return every question, recoded for one wave; routing is looked at afterwards (`routing.route`).

    Parameters
    ----------
    instrument : the questions.
    wave : name of the wave, None for records that have none.
    received : the file, or the records of one wave of it.
    decimal : decimal mark of numbers typed as text.

    Raises
    ------
    Blocked
        Numbers that can be read in two ways; every such column is told.
    """
    recoded: dict[str, Recoded] = {}
    faults: list[Fault] = []
    for q in instrument.questions:
        try:
            recoded[q.name] = _question(q, wave, received, decimal)
        except Blocked as blocked:
            faults += blocked.faults
    if faults:
        raise Blocked(*faults)
    return recoded


def _question(q: Question, wave: str | None, received: Received, decimal: str | None) -> Recoded:
    index = received.table.index
    if not q.asked(wave):
        nothing = {} if free_text(q) else {c: _blank(q, index) for c in q.clean_columns()}
        return Recoded(nothing, np.full(len(index), NOT_ASKED, dtype=np.int8))
    if _never_asked(q, wave, received):
        nothing = {} if free_text(q) else {c: _blank(q, index) for c in q.clean_columns()}
        return Recoded(nothing, np.full(len(index), NOT_ASKED, dtype=np.int8), notes=[_not_asked_note(q, str(wave))])
    if q.type == "multiple":
        if q.boxed:
            return _multiple(q, wave, received)
        return _slotted(q, wave, received) if q.slots else _separated(q, wave, received)
    column = received_columns(q, wave)[0]
    found = distinct(received.table[column])
    if q.year:
        found = distinct(dated(received.table[column], received.table[q.year], received.period))
    found, status, own = _missing_apart(q, wave, found, received.user_missing.get(column, []))
    answer = _answer(q, found, status, decimal, received, column)
    return replace(answer, notes=[*answer.notes, _user_missing(q, own)]) if own else answer


def _never_asked(q: Question, wave: str | None, received: Received) -> bool:
    """Return whether all columns of a question are blank in a whole wave, though nothing routes respondents past it."""
    if wave is None or q.required or q.routing(wave) or q.role in ("identifier", "birth_date"):
        return False
    columns = [c for c in received_columns(q, wave) if c in received.table]
    return len(received.table) >= WHOLE and bool(columns) and all(_all_blank(received.table[c]) for c in columns)


def _all_blank(column: pd.Series) -> bool:
    return all(text_of(v) is None for v in distinct(column).values)


def _not_asked_note(q: Question, wave: str) -> Note:
    return Note("not_asked", q.name, wave, "not_asked", f"no answer in all of wave {wave}: not asked, and not zero")


def _answer(
    q: Question, found: Distinct, status: np.ndarray, decimal: str | None, received: Received, column: str
) -> Recoded:
    if free_text(q):
        return Recoded({}, status, seen=texts(found))
    if q.role == "identifier" or (q.role == "respondent" and q.type != "key"):
        return Recoded({q.name: texts(found)}, status)
    if coded(q):
        return _coded(q, found, status)
    if q.type in ("number", "count") or q.role == "birth_date":
        clean, unreadable, notes = _numbers(q, found, decimal, received, column)
    elif q.type in ("date", "month"):
        found, serial = serial_dates(found, received.day_zero)
        notes = [serial_note(q.name, serial)] if serial else []
        found, coarse = with_days(q, found)
        notes += coarse
        order = received.date_order or date_order(found)
        days, no_day, used = dates(found, q.date_format, order)
        notes += [order_note(q.name, order)] if used and not received.date_order else []
        if q.role == "month" and received.period == "month":
            notes += summed_days_note(q.name, [d.date() for d in days.dropna().unique()])
        if q.type == "month":
            clean, unreadable = periods(found, received.period, order)
        else:
            clean, unreadable = days, no_day
            notes += swapped_note(q.name, found)
    else:
        clean, notes = _texts(q, found)
        return Recoded({q.name: clean}, status, seen=clean, notes=notes)
    return Recoded({q.name: clean}, _demoted(status, unreadable), clean, unreadable.astype("category"), notes=notes)


#: Digits of codes that lose their zero in a spreadsheet, by the role or the words of the question.
_ZEROS = {
    "insee": r"\d{4}",
    "postal": r"\d{4}(?: cedex.*)?",
    "department": r"[1-9]",
}
_WORDS = {kind: re.compile(words) for kind, words in patterns("headers")["codes"].items()}


def _texts(q: Question, found: Distinct) -> tuple[pd.Series, list[Note]]:
    """Return text, codes of communes, of the post and of départements with the zero that a spreadsheet took off."""
    words = {folded(re.sub(r"[_\W]+", " ", t)) for t in (q.name, q.column or q.name, q.wording.fr)}
    kind = (
        "insee"
        if q.role == "commune"
        else next((k for k, form in _WORDS.items() if any(form.fullmatch(w.strip()) for w in words)), None)
    )
    if kind is None:
        return texts(found), []
    short = re.compile(_ZEROS[kind], re.I)
    lost = sorted(t for t in map(text_of, found.values) if t and short.fullmatch(t))
    clean = texts(found, lambda t: f"0{t}" if short.fullmatch(t) else t)
    said = f"leading zero given back ({kind} code)"
    return clean, [Note("leading_zero", q.name, ", ".join(lost[:8]), f"0{lost[0]}", said)] if lost else []


def _numbers(
    q: Question, found: Distinct, decimal: str | None, received: Received, column: str
) -> tuple[pd.Series, pd.Series, list[Note]]:
    """Return numbers, the text of what is none, and what was found out about their units and marks."""
    found, closed = closed_as_nought(found) if q.type == "count" else (found, False)
    typed, unit = without_units(found)
    used = marks(typed, decimal, received.thousands)
    if used.doubt is not None:
        doubted = [isinstance(v, str) and joined(v) == used.doubt for v in typed.values].index(True)
        at = int(np.flatnonzero(found.codes == doubted)[0])
        raise Blocked(doubtful_number(q.name, column, received.file, int(received.lines[at]), used))
    notes = [unit_note(q.name, unit)] if unit else []
    if closed:
        said = "a word that says that the space was closed is read as no visits, and no return is missing"
        notes.append(Note("closed", q.name, column, "0", said))
    notes += [decimal_note(q.name)] if used.decimal and not decimal else []
    notes += [thousands_note(q.name, used.thousands)] if used.thousands and not received.thousands else []
    clean, unreadable = numbers(typed, used.decimal, q.type == "count" or q.role == "birth_date", used.thousands)
    return clean, unreadable, notes


def _blank(q: Question, index: pd.Index) -> pd.Series:
    return pd.Series(index=index, dtype=clean_dtype(q))  # type: ignore[call-overload]


def _demoted(status: np.ndarray, unreadable: pd.Series) -> np.ndarray:
    return np.where(unreadable.notna().to_numpy() & (status == ANSWERED), NO_ANSWER, status).astype(np.int8)


def _user_missing(q: Question, values: list[str]) -> Note:
    said = "declared missing by the SPSS file, not named by the instrument: no answer"
    return Note("user_missing", q.name, ", ".join(sorted(values)), "no_answer", said)


def _lookup(table: Mapping[Any, Any], text: str) -> tuple[bool, Any]:
    for spelling in spellings(text):
        if spelling in table:
            return True, table[spelling]
    return False, None


def _missing_apart(
    q: Question, wave: str | None, found: Distinct, user_missing: list[tuple[float | str, float | str]]
) -> tuple[Distinct, np.ndarray, list[str]]:
    """Return the values after the wave's recodes, missing codes blanked, why each is missing, and the codes that only
    the file itself calls missing."""
    recodes = {str(k).strip(): v for k, v in (q.history(wave).recode or {}).items()}
    reasons = {str(k).strip(): STATUSES.index(v) for k, v in q.missing.items()}
    codes = {str(c).strip() for c in q.codes}
    values: list[Any] = []
    status: list[int] = []
    own: list[str] = []
    for value in found.values:
        text = text_of(value)
        if text is not None and recodes:
            known, target = _lookup(recodes, text)
            value, text = (target, text_of(target)) if known else (value, text)
        missing, reason = _lookup(reasons, text) if text is not None else (True, NO_ANSWER)
        if not missing and user_missing and not _lookup(dict.fromkeys(codes), text or "")[0]:
            missing, reason = _declared_missing(value, user_missing), NO_ANSWER
            own += [text or ""] if missing else []
        values.append(None if missing else value)
        status.append(reason if missing else ANSWERED)
    return Distinct(found.codes, values, found.index), found.array(status, NO_ANSWER), own


def _declared_missing(value: Any, ranges: list[tuple[float | str, float | str]]) -> bool:
    """Return whether an SPSS file's own ranges call a value missing."""
    for low, high in ranges:
        if isinstance(value, str) or isinstance(low, str) or isinstance(high, str):
            if str(value).strip() in (str(low).strip(), str(high).strip()):
                return True
        elif low <= value <= high:
            return True
    return False


def _coded(q: Question, found: Distinct, status: np.ndarray) -> Recoded:
    by_text = {str(c).strip(): c for c in q.codes}
    by_label, by_spelling = _labels(q), _spellings(q)
    codes: list[Code | None] = []
    seen: list[str | None] = []
    spelled: dict[Code, set[str]] = {}
    for value in found.values:
        text = text_of(value)
        known, code = _lookup(by_text, text) if text is not None else (False, None)
        if not known and text is not None:
            code = by_label.get(text.casefold(), by_spelling.get(folded(sound(text))))
        if code is not None and isinstance(value, str):
            spelled.setdefault(code, set()).add(value)
        codes.append(code)
        seen.append(text if code is None else str(code))
    unknown = found.array([int(c is None) for c in codes], 1).astype(bool)
    status = np.where(unknown & (status == ANSWERED), NO_ANSWER, status).astype(np.int8)
    dtype = clean_dtype(q)
    clean = found.series([c if dtype == "Int64" or c is None else str(c) for c in codes], dtype)
    notes = [_spelling_note(q, c, t) for c, t in spelled.items() if len({folded(sound(x)) for x in t}) < len(t)]
    return Recoded({q.name: clean}, status, seen=found.categories(seen), notes=notes)


def _spellings(q: Question) -> dict[str, Code]:
    """Return code and label without case, accents and double blanks -> code; what two codes share is left out."""
    table: dict[str, Code | None] = {}
    for code, label in q.codes.items():
        for key in {folded(str(code)), folded(label.fr), folded(label.en or label.fr)}:
            table[key] = None if table.get(key, code) != code else code
    return {k: v for k, v in table.items() if v is not None}


def _spelling_note(q: Question, code: Code, texts: set[str]) -> Note:
    said = "spellings of one answer, put together"
    return Note("spelling", q.name, " | ".join(sorted(texts)), str(code), said)


def _labels(q: Question) -> dict[str, Code]:
    """Return label -> code for exports that write answers in full; labels of two codes are left out."""
    table: dict[str, Code | None] = {}
    for code, label in q.codes.items():
        for text in {label.fr, label.en or label.fr}:
            key = text.strip().casefold()
            table[key] = None if table.get(key, code) != code else code
    return {k: v for k, v in table.items() if v is not None}


def _multiple(q: Question, wave: str | None, received: Received) -> Recoded:
    """Recode one column a box. All boxes blank is no answer where the file writes unticked boxes, else none ticked."""
    n, index = len(received.table), received.table.index
    counted = _counted(q, wave, received)
    declared = q.history(wave).ticked or q.ticked or counted
    ticked = frozenset(str(t).casefold() for t in declared) if declared else TICKED
    # Where the file says what it counts, or 0 is the tick, the usual marks of a tick are those of an empty box.
    unticked = UNTICKED | (TICKED - ticked) if counted or "0" in ticked else UNTICKED
    reasons = {str(k).casefold(): STATUSES.index(v) for k, v in q.missing.items()}
    any_ticked, any_unticked = np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    why = np.full(n, NO_ANSWER, dtype=np.int8)
    unreadable = pd.Series(index=index, dtype="str")
    boxes: dict[str, np.ndarray] = {}
    silent: dict[str, np.ndarray] = {}
    for item, (clean, column) in zip(q.offered(wave), q.columns(wave).items(), strict=True):
        found = distinct(received.table[column])
        # Some tools write the answer itself in the box that was ticked for it.
        own = {t.casefold() for t in (item.label.fr, item.label.en) if t} - unticked
        read = [_box(v, ticked | own, unticked, reasons, received.user_missing.get(column, [])) for v in found.values]
        kind = found.array([k for k, _ in read], 0)
        boxes[clean], silent[clean] = kind == 1, kind == 3
        any_ticked |= kind == 1
        any_unticked |= kind == 2
        reason = found.array([r for _, r in read], NO_ANSWER)
        why = np.where((kind == 3) & (why == NO_ANSWER), reason, why)
        unreadable = unreadable.fillna(
            found.series([text_of(v) if k == 4 else None for v, (k, _) in zip(found.values, read, strict=True)], "str")
        )
    explicit = bool(any_unticked.any())
    answered = any_ticked | (any_unticked if explicit else why == NO_ANSWER) & (why == NO_ANSWER)
    status = np.where(answered, ANSWERED, why).astype(np.int8)
    if explicit and wave is not None and n >= WHOLE:
        # Where the file writes the boxes that are not ticked, one that it always leaves blank was not offered.
        boxes = {c: box for c, box in boxes.items() if not _all_blank(received.table[q.columns(wave)[c]])}
    return Recoded(_ticks(q, boxes, status, index, silent), status, unreadable=unreadable.astype("category"))


def _box(
    value: Any,
    ticked: frozenset[str],
    unticked: frozenset[str],
    reasons: dict[str, int],
    user_missing: list[tuple[float | str, float | str]],
) -> tuple[int, int]:
    """Return (0 blank, 1 ticked, 2 unticked, 3 missing, 4 unreadable) and the status of a missing one."""
    text = text_of(value)
    if text is None:
        return 0, NO_ANSWER
    forms = [s.casefold() for s in spellings(text)]
    for form in forms:
        if form in reasons:
            return 3, reasons[form]
    if any(f in ticked for f in forms):
        return 1, ANSWERED
    if any(f in unticked for f in forms):
        return 2, ANSWERED
    return (3, NO_ANSWER) if _declared_missing(value, user_missing) else (4, NO_ANSWER)


def _counted(q: Question, wave: str | None, received: Received) -> list[Code]:
    """Return the value that the file itself counts in the set of these boxes; none where it says nothing."""
    columns = set(q.columns(wave).values())
    sets = received.documented.multiple_sets.values()
    return [s.counted for s in sets if s.counted is not None and columns <= set(s.columns)]


def _separated(q: Question, wave: str | None, received: Received) -> Recoded:
    """Recode several answers in one cell; an answer is an item's name, column or label."""
    found = distinct(received.table[received_columns(q, wave)[0]])
    found, status, _ = _missing_apart(q, wave, found, [])
    names = _item_names(q, wave)
    mark = q.history(wave).separator or q.separator or "|"
    whole = {alike(text, mark): name for text, name in names.items()}
    cells = [options_of(text_of(v) or "", mark, whole) for v in found.values]
    read = [{p: names.get(p.casefold(), whole.get(alike(p, mark))) for p in cell} for cell in cells]
    wrong = [next((p for p, name in cell.items() if name is None), None) for cell in read]
    chosen = [set(cell.values()) for cell in read]
    boxes = {
        f"{q.name}_{item.name}": found.array([int(item.name in c) for c in chosen], 0).astype(bool)
        for item in q.offered(wave)
    }
    return Recoded(_ticks(q, boxes, status, found.index), status, unreadable=found.categories(wrong))


def _item_names(q: Question, wave: str | None) -> dict[str, str]:
    """Return what may stand for an item (name, column, label; without case, and without accents) -> its name."""
    names: dict[str, str] = {}
    for item in q.offered(wave):
        for text in {item.name, item.column or item.name, item.label.fr, item.label.en or item.label.fr}:
            names[text.casefold()] = item.name
            names.setdefault(folded(text), item.name)
    return names


def _slotted(q: Question, wave: str | None, received: Received) -> Recoded:
    """Recode columns of the first, second, third answer: an item is ticked where one of them holds it.

    A record without an answer in any of them did not answer (SPSS, MULT RESPONSE: such cases are missing).
    """
    index = received.table.index
    names = _item_names(q, wave)
    boxes = {f"{q.name}_{item.name}": np.zeros(len(index), dtype=bool) for item in q.offered(wave)}
    status = np.full(len(index), NO_ANSWER, dtype=np.int8)
    unreadable = pd.Series(index=index, dtype="str")
    for column in received_columns(q, wave):
        found = distinct(received.table[column])
        found, own, _ = _missing_apart(q, wave, found, received.user_missing.get(column, []))
        texts_ = [text_of(v) for v in found.values]
        read = [None if t is None else _lookup(names, t.casefold())[1] or names.get(folded(t)) for t in texts_]
        for item in q.offered(wave):
            boxes[f"{q.name}_{item.name}"] |= found.array([int(r == item.name) for r in read], 0).astype(bool)
        status = np.where((own != NO_ANSWER) & (status != ANSWERED), own, status).astype(np.int8)
        unknown = [t if r is None else None for t, r in zip(texts_, read, strict=True)]
        unreadable = unreadable.fillna(found.series(unknown, "str"))
    return Recoded(_ticks(q, boxes, status, index), status, unreadable=unreadable.astype("category"))


def _ticks(
    q: Question,
    boxes: dict[str, np.ndarray],
    status: np.ndarray,
    index: pd.Index,
    silent: Mapping[str, np.ndarray] | None = None,
) -> dict[str, pd.Series]:
    """Return the boxes of those who answered; ``silent`` are records that say why they say nothing of a box."""
    clean = {}
    for column in q.clean_columns():
        offered = column in boxes
        values = boxes[column] if offered else np.zeros(len(index), dtype=bool)
        hidden = (status != ANSWERED) | (not offered)
        if silent is not None and offered:
            hidden |= silent[column]
        clean[column] = pd.Series(pd.arrays.BooleanArray(values, hidden), index=index)
    return clean
