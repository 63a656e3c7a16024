"""From a received column to a draft question: type, codes, why codes are missing, and whether it is personal."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pandas as pd
from stdnum.fr import siren

from pipeline.ingest.conventions import marks
from pipeline.ingest.lexicon import folded, lexicon, patterns
from pipeline.ingest.privacy.detect import detect, plain_words
from pipeline.ingest.privacy.identifiers import names_a_business
from pipeline.ingest.privacy.patterns import MASK, masked
from pipeline.ingest.readers.describe import Column
from pipeline.ingest.readers.encoding import sound
from pipeline.ingest.scaffold.days import (
    OF_YEARS,
    are_years,
    counts_days,
    draft_of_births,
    draft_of_days,
    short_dates,
)
from pipeline.ingest.scaffold.majority import AGAIN, MOST, few, single
from pipeline.ingest.scaffold.no_answer import LONGEST, code_of, missing_of, reason_of, share_missing
from pipeline.ingest.scaffold.scales import scale_of
from pipeline.ingest.scaffold.several import several
from pipeline.ingest.scaffold.words import CLUSTERS, matches
from pipeline.ingest.tools.draft import Draft, hint, short_name
from pipeline.ingest.units import without_units
from pipeline.ingest.values import distinct, number_of, text_of
from pipeline.instrument import Code
from pipeline.instrument.affirmation import NO, YES

#: Up to so many different texts, each met several times, are the answers of a closed question.
MOST_ANSWERS = 20
#: Share of the records without an answer, from which a question that asks for words of one's own is open.
LEFT_OUT = 0.3
#: As many, of the names of places.
MOST_PLACES = 60
#: Records from which numbers that go up by one from the first are ranks; from which they are in any order.
_RANKS, _NUMBERS = 10, 50
#: Share of the numbers that are larger than the one before: of a record given twice they are the same.
_RISING = 0.98
#: Digits from which a whole number is a key of something.
_LONGEST_AMOUNT = 13
_LONG_NUMBER = re.compile(r"\d(?:[\s.]?\d){8,}")
_SAID = patterns("answers")
#: What stands in a column of boxes.
_MARKS = (YES - {"o"}) | NO | {"x"}
_SCALE = re.compile(_SAID["scale"])
_COUNTED = re.compile(rf"\b(?:{_SAID['counted']})")
#: Numbers that nobody adds up; codes of any kind, and dates written as numbers.
_NO_AMOUNT, _NO_SUM = rf"\b(?:{_SAID['no_amount']})\b", _SAID["no_sum"]
#: The header of a key or a code; of what a file says of the draw of a sample; of a mark; of a place.
_KEYED, _DRAWN = (re.compile(_SAID[which]) for which in ("keyed", "drawn"))
_MARK, _PLACED = (re.compile(rf"\b(?:{_SAID[which]})\b") for which in ("mark", "placed"))
_OPENED = re.compile(rf"\b(?:{_SAID['opened']})\b")
_TO_CHECK = hint("codes")


def wording_of(column: Column) -> dict[str, str]:
    """Return what a column is called in words."""
    return {"fr": " ".join((column.label or column.name).split())}


#: A question and, in brackets, the row of its grid that is asked about: « Êtes-vous satisfait ? [L'accueil] ».
_ROW = re.compile(r".*\S\s*\[([^\[\]]{2,80})\]")


def draft_of(column: Column, decimal: str | None) -> Draft | None:
    """Return the draft question of a column; None where it holds nothing.

    Parameters
    ----------
    column : the column with its received values.
    decimal : decimal mark of numbers typed as text, where the file's is known.
    """
    found = distinct(column.examples)
    texts = [t for t in (text_of(v) for v in found.values) if t is not None]
    if not texts:
        return None
    base: dict[str, Any] = {"name": short_name(column.name), "wording": wording_of(column)}
    if base["name"] != column.name:
        base["column"] = column.name
    if column.label.endswith(f" : {column.name}"):
        # a row of a grid: what it asks about is its own header
        base["label"] = {"fr": column.name}
    elif column.name.endswith("]") and (row := _ROW.fullmatch(column.label)) is not None:
        base["label"] = {"fr": masked(_thing(row[1].strip()))}
    personal = _personal(column, base)
    if personal is not None and not _labelled(column, texts):
        return personal
    if _labelled(column, texts):
        return _named(column, base) or _coded(column, base)
    if matches(CLUSTERS, column.name, column.label):
        return Draft({**base, "type": "key"}, {"type": hint("cluster")})
    missing = missing_of(column)
    told = share_missing(column, missing)
    column = _without_marks(column)
    texts = [t for t in texts if t not in {str(code) for code in missing if isinstance(code, str)}] or texts
    if (born := draft_of_births(column, base, texts)) is not None:
        return born
    if (dated := draft_of_days(column, base, texts)) is not None:
        return dated
    number = _number(column, base, texts, decimal, missing)
    if number is not None and told:
        number.review.setdefault("missing", hint("missing") + told)
    return number or several(column, base) or _text(column, base, texts)


def _thing(row: str) -> str:
    """Return the thing that a row of a grid goes on to ask about: « Du matériel » is « Le matériel »."""
    said = row.replace("’", "'")
    for start, article in lexicon("grids")["rows"].items():
        if said.startswith(start):
            return f"{article}{said[len(start) :]}"
    return row


def _without_marks(column: Column) -> Column:
    """Return a column of numbers without the letters (.d, .r) that stand for no number, and that answer nothing."""
    marks = {low for low, high in column.missing if low == high and isinstance(low, str)}
    if column.kind != "number" or not marks:
        return column
    held = column.examples.mask(column.examples.isin(marks))
    return replace(column, examples=held, values={v: t for v, t in column.values.items() if v not in marks})


def _labelled(column: Column, texts: Sequence[str]) -> bool:
    """Return whether the file labels (nearly) every value that occurs, so that they are answers and not amounts."""
    known = {text_of(v) for v in column.values}
    share = 0.9 if len(known) > 1 else 1.0
    return bool(known) and sum(t in known for t in texts) >= share * len(texts)


def _coded(column: Column, base: dict[str, Any]) -> Draft:
    missing = missing_of(column)
    kept = {code_of(v): label or str(v) for v, label in column.values.items() if code_of(v) not in missing}
    codes = {code: {"fr": masked(label)} for code, label in kept.items()}
    if not codes:
        return Draft({**base, "type": "text"})
    if (ends := _ends_of_marks(codes)) is not None:
        marked = _marked(base, ends, (min(codes), max(codes)), missing)
        if missing:
            marked.review["missing"] = hint("missing") + share_missing(column, missing)
        return marked
    scale = len(codes) >= 4 and all(isinstance(c, int) for c in codes) and _graded(codes)
    draft = Draft({**base, "type": "likert" if scale else "single", "codes": codes})
    if missing:
        draft.content["missing"] = missing
        draft.review["missing"] = hint("missing") + share_missing(column, missing)
    return draft


def _marked(base: dict[str, Any], ends: str, span: tuple[Any, Any], missing: Mapping[Code, str]) -> Draft:
    """Return the draft of marks, whose mean is told, with what their ends mean."""
    asked = folded(base["wording"]["fr"])
    told = all(folded(end.partition(" : ")[2]).split()[-1] in asked for end in ends.split(" ; "))
    label = {} if told else {"label": {"fr": f"{base['wording']['fr']} ({ends})"}}
    content = {**base, "type": "count", **label, "range": [*span]}
    return Draft({**content, "missing": dict(missing)} if missing else content)


def _worded_ends(column: Column, missing: Mapping[Code, str]) -> tuple[str, tuple[int, int]] | None:
    """Return what the ends of marks mean of which a file labels no other, and which they are; None of anything else."""
    labels = {code_of(v): label for v, label in column.values.items() if code_of(v) not in missing}
    if len(labels) != 2 or not all(isinstance(c, int) for c in labels):
        return None
    low, high = sorted(int(c) for c in labels)
    if low not in (0, 1) or not 7 <= high <= 10:
        return None
    between: dict[Code, dict[str, str]] = {c: {"fr": str(c)} for c in range(low, high + 1)}
    ends = _ends_of_marks(between | {c: {"fr": label} for c, label in labels.items()})
    return None if ends is None else (ends, (low, high))


def _ends_of_marks(codes: Mapping[Code, Mapping[str, str]]) -> str | None:
    """Return what the ends of a scale of marks mean, of which the file words no other; None where codes are no marks.

    Marks go from 0 or 1 to 7 or more, one by one: their mean is told, and not the share of each.
    """
    marks = [c for c in codes if isinstance(c, int)]
    if len(marks) < len(codes) or not marks:
        return None
    low, high = min(marks), max(marks)
    whole = low in (0, 1) and 7 <= high <= 10 and len(marks) == high - low + 1
    between = all(re.sub(r"\W", "", codes[c]["fr"]) in (str(c), f"{c:02d}") for c in marks if c not in (low, high))
    worded = [codes[c]["fr"] for c in (low, high) if re.search(r"[^\W\d_]", codes[c]["fr"])]
    if not (whole and between and len(worded) == 2):
        return None
    return " ; ".join(f"{c} : {re.sub(rf'^0*{c}[ .:=)-]*', '', codes[c]['fr'])}" for c in (low, high))


def _graded(codes: dict[Code, dict[str, str]]) -> bool:
    return sum(bool(_SCALE.search(plain_words(t["fr"]))) for t in codes.values()) >= 2


def _is_no_amount(column: Column, texts: Sequence[str]) -> bool:
    """Return whether numbers are those of a key, a code or a year, or mere ranks: nobody adds them up."""
    headers = [plain_words(t) for t in (column.name, column.label) if t]
    said = " ".join(headers)
    if (
        re.search(_NO_AMOUNT, said)
        or re.search(_NO_SUM, said)
        or counts_days(column)
        or any(_KEYED.fullmatch(h) for h in headers)
    ):
        return True
    if any(_DRAWN.fullmatch(h) for h in headers):
        return True
    if OF_YEARS.search(said) and are_years(texts):
        return True
    numbered = [int(t) for t in map(text_of, column.examples) if t and re.fullmatch(r"\d{1,9}", t)]
    if len(numbered) < max(MOST * len(column.examples), _RANKS):
        return False
    if len(numbered) >= _NUMBERS:
        steps = [b - a for a, b in pairwise(numbered)]
        if min(steps) >= 0 and steps.count(0) <= (1 - _RISING) * len(steps):
            return True
        numbered.sort()
    elif numbered[0] not in (0, 1):
        return False
    return all(b - a == 1 for a, b in pairwise(numbered))


def _number(
    column: Column, base: dict[str, Any], texts: Sequence[str], decimal: str | None, missing: dict[Code, str]
) -> Draft | None:
    said = {t: reason for t in texts if (reason := reason_of(t)) is not None}
    if said and len(said) < len(texts):
        # « NSP » among ages: a reason why the number is missing, and no number.
        missing = {**missing, **said}  # type: ignore[dict-item]
        texts = [t for t in texts if t not in said]
    if any(re.fullmatch(r"0\d+", t) for t in texts):
        return None
    if _is_no_amount(column, texts):
        return None
    if 2 * sum(_is_number_of_somebody(t) for t in texts) >= max(len(texts), 1):
        return None
    held = [v for v in distinct(column.examples).values if text_of(v) in texts]
    read, unit, doubt = _read(held, decimal)
    unread = {str(text_of(v)) for v, number in zip(held, read, strict=True) if number is None}
    if not few(column.examples, unread):
        return None
    values = sorted(v for v in read if v is not None and v not in missing)
    whole = doubt or all(float(v).is_integer() for v in values)
    if whole and not unit and (marked := _few_numbers(column, base, values, missing)) is not None:
        # a word that several typed among codes is one of the answers
        return marked if "codes" not in marked.content or single(column.examples, unread) else None
    draft = Draft({**base, "type": "count" if whole and values and values[0] >= 0 else "number"})
    if unit:
        draft.content["unit"] = unit
        draft.review["unit"] = hint("unit")
    if missing:
        draft.content["missing"] = missing
    if unread:
        draft.review["type"] = hint("unread", n=len(unread))
    return draft


def _few_numbers(
    column: Column, base: dict[str, Any], values: Sequence[float], missing: dict[Code, str]
) -> Draft | None:
    """Return the draft of whole numbers from 0 to 10: marks, or codes without labels; None where they are counts."""
    if len(values) > 11 or (values and (values[0] < 0 or values[-1] > 10)):
        return None
    if column.values and (worded := _worded_ends(column, missing)) is not None:
        return _marked(base, *worded, missing)
    apart = {"missing": missing} if missing else {}
    if _are_marks(column, values):
        return Draft({**base, "type": "count", "range": [0, 10], **apart}, {"range": hint("marks")})
    codes = {int(v): {"fr": column.values.get(int(v)) or str(int(v))} for v in values}
    if not codes or _COUNTED.search(plain_words(f"{column.name} {column.label}")):
        return None
    return Draft({**base, "type": "single", "codes": codes, **apart}, {"codes": _TO_CHECK})


def _are_marks(column: Column, values: Sequence[float]) -> bool:
    """Return whether whole numbers up to 10 are marks: the header says so, or they reach from the least to the most."""
    labelled = [v for v, label in column.values.items() if reason_of(label) is None]
    if labelled or not values:
        return False
    header = plain_words(f"{column.name} {column.label}")
    whole = values[0] <= 1 and values[-1] == 10 and len(values) >= 7 and not _COUNTED.search(header)
    return values[-1] > 5 and (bool(_MARK.search(header)) or whole)


def _is_number_of_somebody(text: str) -> bool:
    """Return whether digits are no amount: a number of a person or an organisation, or too long for any count."""
    if re.fullmatch(r"\d{1,9}\.(?:\d{1,2}|\d{4,})", text):
        return False  # a decimal, however many digits the file keeps of it
    bare = re.sub(r"[\s.]", "", text)
    return bare.isdigit() and (len(bare) >= _LONGEST_AMOUNT or (len(bare) == 9 and bool(siren.is_valid(bare))))


def _read(held: Sequence[Any], decimal: str | None) -> tuple[list[float | None], str, bool]:
    """Return values as numbers, the unit typed with them, and whether their marks leave a doubt (read as thousands).

    Numbers that the file holds as such have no mark: those of the texts beside them are not theirs.
    """
    bare, unit = without_units(distinct(pd.Series(list(held), dtype=object)))
    used = marks(bare, decimal)
    thousands = used.thousands or (None if used.doubt is None else "," if "," in used.doubt else ".")
    read = [
        float(v) if isinstance(v, (int, float)) else number_of(text_of(v) or "", used.decimal, thousands)
        for v in bare.values
    ]
    return read, unit.name if unit else "", used.doubt is not None


def _text(column: Column, base: dict[str, Any], texts: Sequence[str]) -> Draft:
    answered = int(column.examples.map(text_of).notna().sum())
    said = detect(column.name, column.label or None)
    free = said is not None and said.kind == "free_text" and not is_ticked(column.examples)
    free = free or _in_own_words(column, answered)
    answers = spelled_alike(column.examples)
    most = MOST_PLACES if _PLACED.search(plain_words(f"{column.name} {column.label}")) else MOST_ANSWERS
    if not free and len(answers) <= most and answered >= 3 * len(answers) and max(map(len, texts)) <= LONGEST:
        missing: dict[Code, str] = {t: reason for t in sorted(texts) if (reason := reason_of(t)) is not None}
        given = [t for t in answers if t not in missing]
        scale = scale_of(given) or _scale_of_most(column, given)
        if _tell_somebody(given):
            return Draft({**base, "type": "text", "role": "identifier"}, {"role": hint("personal_labels")})
        codes = safe_codes(scale or given)
        if codes:
            more = {"missing": missing} if missing else {}
            remark = hint("scale") if scale else hint("met") + _initials([t["fr"] for t in codes.values()])
            draft = Draft({**base, "type": "likert" if scale else "single", "codes": codes, **more}, {"codes": remark})
            if missing:
                draft.review["missing"] = hint("missing") + share_missing(column, missing)
            return draft
    remark = hint("never_kept")
    return Draft({**base, "type": "open", "role": "open_text"}, {"role": remark})


def _in_own_words(column: Column, answered: int) -> bool:
    """Return whether a question asks for words of one's own, and many left it out, however few texts were typed."""
    asked = _OPENED.search(plain_words(f"{column.name} {column.label}")) is not None
    short = {t for t in map(text_of, distinct(column.examples).values) if t and folded(t) not in YES | NO}
    return asked and bool(short) and answered <= (1 - LEFT_OUT) * len(column.examples)


def _scale_of_most(column: Column, answers: Sequence[str]) -> list[str] | None:
    """Return the scale that nearly all cells are of, a few typed otherwise aside; None where they are of none."""
    met = Counter(t for t in map(text_of, column.examples) if t is not None)
    usual = {folded(a) for a in answers if sum(n for t, n in met.items() if folded(t) == folded(a)) >= AGAIN}
    rare = {t for t in met if folded(t) not in usual and reason_of(t) is None}
    return scale_of(a for a in answers if folded(a) in usual) if single(column.examples, rare) else None


def _tell_somebody(answers: Sequence[str]) -> bool:
    """Return whether answers are numbers, addresses or names of persons, which as codes would be one, « masqué ».

    Half of them are; or several, and the others are long numbers too: reading masks no number of such a column.
    """
    hidden = sum(masked(t) != t or names_a_business(t) for t in answers)
    numbers = sum(bool(_LONG_NUMBER.fullmatch(t)) for t in answers)
    return hidden > 1 and (2 * hidden >= len(answers) or 2 * numbers >= len(answers))


def spelled_alike(column: pd.Series) -> list[str]:
    """Return the different answers of a column, sorted: spellings of one (case, accents, blanks) as the most usual.

    Of spellings that are as usual, the first that has accents and is not all in capitals; one whose accents were
    spoiled is that of the others.
    """
    counted = Counter(t for t in map(text_of, column) if t is not None)
    usual: dict[str, str] = {}

    def order(spelling: tuple[str, int]) -> tuple[int, bool, bool, str]:
        text, n = spelling
        return -n, len(text) > 1 and text.isupper(), folded(text) == text.casefold(), text

    for text, _ in sorted(counted.items(), key=order):
        usual.setdefault(folded(sound(text)), sound(text))
    return sorted(usual.values(), key=lambda text: (folded(text), text))


def safe_codes(answers: Sequence[str]) -> dict[Code, dict[str, str]]:
    """Return code -> label of answers: an answer of letters and digits is its own code, others get one written.

    What is somebody's number, address or name is masked in both, as reading masks the cell that it must meet.
    """
    codes: dict[Code, dict[str, str]] = {}
    for answer in dict.fromkeys(map(masked, answers)):
        code = answer if re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_+-]*", answer) else short_name(answer, "answer")
        name, n = code, 2
        while name in codes:
            name, n = f"{code}_{n}", n + 1
        codes[name] = {"fr": " ".join(answer.split())}
    return codes


def _initials(answers: Sequence[str]) -> str:
    """Return a remark where an answer of one letter may be the initial of another answer, to be reviewed."""
    found = []
    for letter in (a for a in answers if len(a) == 1):
        whole = [a for a in answers if len(a) > 1 and folded(a)[0] == folded(letter)]
        found += [f"{letter} = {whole[0]} ?"] if len(whole) == 1 else []
    return hint("initials", found=", ".join(found)) if found else ""


def _personal(column: Column, base: dict[str, Any]) -> Draft | None:
    """Return the draft of a column that seems to hold something of a person, None elsewhere."""
    found = detect(column.name, column.label or None, column.examples)
    if found is None:
        return None
    kind = {"birth_date": "date", "open_text": "open", "commune": "text"}.get(found.role, "text")
    said = hint("personal", kind=found.kind)
    draft = Draft({**base, "type": kind, "role": found.role}, {"role": said})
    if kind == "date" and (short := short_dates(column)) is not None:
        draft.content["date_format"] = short
        draft.review["date_format"] = hint("century")
    return draft


def _named(column: Column, base: dict[str, Any]) -> Draft | None:
    """Return the draft of a column whose labels are persons, places or numbers of theirs; None elsewhere."""
    labels = [label for label in column.values.values() if label and reason_of(label) is None]
    hidden = sum(masked(label) != label or MASK in label for label in labels)
    found = detect(column.name, column.label or None, labels)
    if 2 * hidden < max(len(labels), 1) and (found is None or found.role != "identifier"):
        return None
    said = hint("personal_labels")
    return Draft({**base, "type": "text", "role": "identifier"}, {"role": said})


def is_ticked(column: pd.Series) -> bool:
    """Return whether a column holds boxes: ticked, unticked or blank, and nothing else."""
    texts = {t.casefold() for t in (text_of(v) for v in distinct(column).values) if t}
    return bool(texts) and texts <= _MARKS
