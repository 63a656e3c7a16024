"""Age bands as files write them (« moins de 25 ans », « 60 ans et plus »), and as results name them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from pipeline.evaluation import Settings
from pipeline.ingest.lexicon import patterns
from pipeline.ingest.privacy.detect import plain_words
from pipeline.ingest.scaffold.words import ATTENDANCE_ROLES, matches
from pipeline.ingest.tools.draft import Draft, hint
from pipeline.instrument import Code

#: The variable that results are cut by.
AGE_BAND = "age_band"
#: Limits of the bands of the program, and later ages from which persons are asked, the oldest first.
DEFAULT_BANDS: list[int] = Settings.model_fields["age_bands"].default
FIRST_ASKED = (18, 16)
#: Fewest bands of a question about the age.
FEWEST = 3
_SAID = patterns("ages")
_UNDER, _BETWEEN, _OVER = (re.compile(_SAID[which]) for which in ("under", "between", "over"))
_ASKED = rf"(?:{_SAID['before']}(?:{ATTENDANCE_ROLES['age_band']}|{_SAID['groups']})|{_SAID['asked']}){_SAID['after']}"


def bands_of(lows: Mapping[int, str]) -> dict[str, str]:
    """Return what starts at an age under the name of its band, which reaches up to the next one: 0-24, 25-59, 60+."""
    ages = sorted(lows)
    bands = [f"{a}-{b - 1}" for a, b in pairwise(ages)] + [f"{ages[-1]}+"]
    return {band: lows[a] for band, a in zip(bands, ages, strict=True)}


def age_codes(answers: Sequence[str]) -> dict[Code, dict[str, str]]:
    """Return code -> label of answers that are age bands, in their order, as results name them: 0-24, 25-59, 60+.

    None where one of them names no ages, or two the same.
    """
    lows = {low: answer for answer in answers if (low := low_of(_worded(answer))) is not None}
    if not lows or len(lows) < len(answers):
        return {}
    return {band: {"fr": answer} for band, answer in bands_of(lows).items()}


def low_of(words: str) -> int | None:
    """Return the lowest age of a band as plain words name it; None where they name none."""
    if _UNDER.fullmatch(words):
        return 0
    if found := _BETWEEN.fullmatch(words):
        return int(found[1]) if int(found[1]) < int(found[2]) else None
    if found := _OVER.fullmatch(words):
        return int(found[1] or found[2])
    return None


def limits_of(bands: Sequence[str]) -> list[int]:
    """Return the lower limits of bands as an evaluation declares them: without the first one where it is nought."""
    return [low for low in sorted(int(re.split(r"[-+]", b)[0]) for b in bands) if low > 0]


def limits_from(youngest: int) -> list[int] | None:
    """Return the limits of the program's bands, the first at the age from which persons seem to have been asked.

    None where that is the program's own: somebody is younger than 16.
    """
    first = next((age for age in FIRST_ASKED if age <= youngest), None)
    return None if first is None else [first, *(limit for limit in DEFAULT_BANDS if limit > FIRST_ASKED[0])]


def with_age_bands(found: Sequence[Draft], waves: Sequence[str], met: Callable[[Draft], set[str]]) -> list[str]:
    """Make the question whose answers are age bands the age of a survey, and return its bands; none without one.

    Answers follow one another from the first to the last, which has no upper end. A survey that asks for the age in
    years, or for the year of birth, keeps that; a question that others depend on stays as it is.

    Parameters
    ----------
    waves : of the survey.
    met : the texts that the files hold in the column of a question.
    """
    routed = {c["question"] for d in found for c in d.content.get("asked_if", [])}
    if any(d.content.get("role") in ("age", "birth_date") for d in found):
        return []
    for draft in found:
        codes: dict[Code, dict[str, str]] = draft.content.get("codes", {})
        bands = age_codes([label["fr"] for label in codes.values()])
        if len(bands) < FEWEST or not follow(bands) or not _asks(draft) or draft.name in routed:
            continue
        by_label = {label["fr"]: band for band, label in bands.items()}
        band_of = {code: by_label[label["fr"]] for code, label in codes.items()}
        labels = {band_of[code]: label for code, label in codes.items()}
        content = {**draft.content, "name": AGE_BAND, "type": "single", "role": "age_band"}
        content |= {"column": draft.content.get("column", draft.name), "codes": {b: labels[b] for b in bands}}
        _lead(content, band_of, met(draft), waves)
        draft.content = content
        draft.review = {**draft.review, "role": hint("role"), "codes": ""}
        return [str(b) for b in bands]
    return []


def _lead(content: dict[str, Any], band_of: Mapping[Code, Code], met: set[str], waves: Sequence[str]) -> None:
    """Say in every wave which band a received code is, and which bands a wave offered that did not offer all."""
    received = {code: band for code, band in band_of.items() if str(code) in met and code != band}
    history = {wave: dict(own) for wave, own in content.get("waves", {}).items()}
    for wave in waves:
        own = history.setdefault(wave, {})
        if "codes" in own:
            own["codes"] = [band_of.get(c, c) for c in own["codes"]]
        if "recode" in own:
            own["recode"] = {code: band_of.get(led, led) for code, led in own["recode"].items()}
        elif received and own.get("asked", True):
            own["recode"] = received
    if told := {wave: own for wave, own in history.items() if own}:
        content["waves"] = told


def follow(bands: Mapping[Code, dict[str, str]]) -> bool:
    """Return whether there are bands, each ends where the next one starts, and the last one has no end."""
    if not bands:
        return False
    *closed, last = [_worded(label["fr"]) for label in bands.values()]
    ends = [int(str(b).partition("-")[2]) for b in list(bands)[:-1]]
    told = [int(re.findall(r"\d{1,2}", text)[-1]) for text in closed]
    return _BETWEEN.fullmatch(last) is None and all(abs(a - b) <= 1 for a, b in zip(ends, told, strict=True))


def _asks(draft: Draft) -> bool:
    return matches(_ASKED, str(draft.content.get("column", draft.name)), draft.content["wording"]["fr"])


def _worded(answer: str) -> str:
    """Return an answer in plain words, its signs among them: « 75 ans et + », « - de 18 ans », « < 18 »."""
    for sign, words in ((r"\s*\+\s*", " plus "), (r"^\s*(?:-|–|<)\s*(?=de\b|\d)", "moins "), (r"^\s*>=?\s*", "plus ")):
        answer = re.sub(sign, words, answer)
    return plain_words(answer)
