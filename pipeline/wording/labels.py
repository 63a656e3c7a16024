"""Labels of what results are about.

A labels mapping is ``{key: {lang: text}}``. Keys are ``occupation=retired`` (a code of a question),
``demand.help_at_home`` (an indicator), ``population=users``, ``source=users``, ``pays=03`` and the like; the
instruments, the evaluation, the territory tables and the words of the languages (:mod:`pipeline.wording.lexicon`)
fill it.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping

from pipeline.errors import ResultsError
from pipeline.wording.language import Ages, of

Labels = Mapping[str, Mapping[str, str]]

#: Signs of tables, as French official statistics use them.
SIGNS = {"confidential": "c", "too_few": "ns", "too_imprecise": "np", "not_available": "nd", "nil": "–"}

#: Code of those whose age is not known, where they are counted apart.
NO_AGE = "unknown"

_AGES = re.compile(r"^(?:(\d+)-(\d+)|(\d+)\+)$")


def label(key: str, labels: Labels, lang: str) -> str:
    """Return the label of ``key`` in ``lang``, else an age band in words.

    Raises
    ------
    ResultsError
        When nothing names the key; codes are never shown to readers in place of words.
    """
    found = find(key, labels, lang)
    if found is None:
        known = [k for k, texts in labels.items() if lang in texts]
        part, also = ("codes", "in the instrument, or ") if "=" in key else ("indicators", "")
        raise ResultsError(
            "no label in this language",
            where=f"label '{key}' ({lang})",
            allowed=difflib.get_close_matches(key, known, n=5, cutoff=0.6) or "(nothing near)",
            action=f"name it {also}under `lexicon`, `{part}`, in reports/{lang}/<question>/words.yaml",
        )
    return found


def find(key: str, labels: Labels, lang: str) -> str | None:
    """Return the label of ``key``, or None when there is none."""
    if text := labels.get(key, {}).get(lang):
        return text
    name, _, code = key.partition("=")
    if code == "all":
        return labels.get("all", {}).get(lang)
    return age_band(code, lang) if is_aged(name, code) and code != NO_AGE else None


def code_label(variable: str, code: str, labels: Labels, lang: str) -> str:
    """Return the label of a code of a variable: « Retraités », « 15-24 ans »."""
    return label(f"{variable}={code}", labels, lang)


def age_band(code: str, lang: str) -> str:
    """Return « 15-24 ans », « 60 ans ou plus », « Moins de 15 ans », « Âge inconnu »; "15-24", "60 and over"..."""
    return of(lang).age(_ages(code), "")


def aged(code: str, lang: str) -> str:
    """Return an age band after a noun: « de 15 à 24 ans », « de 60 ans ou plus », « d'âge inconnu »."""
    return of(lang).age(_ages(code), "of")


def the_aged(code: str, lang: str) -> str:
    """Return an age band as a group: « les 15-24 ans », « les moins de 15 ans », "those aged 15 to 24"."""
    return of(lang).age(_ages(code), "the")


def _ages(code: str) -> Ages | None:
    if code == NO_AGE:
        return None
    match = _AGES.match(code)
    if match is None:
        raise ResultsError("an age band is not written as 15-24 or 60+", found=code)
    return (int(match[1]), int(match[2])) if match[2] else (int(match[3]), None)


def age_order(code: str) -> int:
    """Return the lower limit of an age band, to sort bands by age."""
    match = _AGES.match(code)
    return int(match.group(1) or match.group(3)) if match else 999


def sign(quality: str, reason: str) -> str:
    """Return what a table shows in place of a number that is not published: « c », « ns », « np » or « nd ».

    The reason codes of suppressed rows begin with their sign (``ns_n``, ``c_dominance``).
    """
    if quality != "suppress":
        raise ResultsError("a published number is shown, not signed", found=quality)
    head = reason.partition("_")[0]
    if head not in SIGNS.values():
        raise ResultsError("a suppressed number has no sign", found=reason, allowed=sorted(SIGNS.values()))
    return head


def is_aged(variable: str, code: str) -> bool:
    """Return whether a code of a variable is an age band (`15-24`, `60+`) or says that the age is not known.

    A variable may be called so and hold something else: agency, an age class whose codes are 1, 2, 3.
    """
    return variable.startswith("age") and (code == NO_AGE or _AGES.match(code) is not None)
