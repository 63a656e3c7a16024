"""Exports of form tools end in the counts that were answered, options with commas and codes with texts among them."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from .received import Expect, accepted, closed, drafted, every, orderly, share, try_files

N = 60


def _file(*rows: list[str], separator: str = ",") -> str:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _chosen(i: int, *options: str) -> list[str]:
    """Return the first option of one record in two, second of one in three, third of one in four; one at least."""
    found = [o for o, every_ in zip(options, (2, 3, 4), strict=True) if i % every_ == 0]
    return found or [options[0]]


USES = ("Internet, e-mail", "Jeux", "CV, lettres")
#: Of N records: the first option of those even, and of those that divide by neither 3 nor 4.
FIRST = sum(USES[0] in _chosen(i, *USES) for i in range(N)) / N
THIRD = sum(USES[2] in _chosen(i, *USES) for i in range(N)) / N


def _day(i: int, form: str = "2021-11-{:02d} 10:05:00") -> str:
    return form.format(1 + i % 28)


def _sexes(i: int) -> str:
    return ("Femme", "Homme")[i % 3 == 0]


GOOGLE = _file(
    ["Horodateur", "Vous êtes", "Quels usages ?", "Votre âge"],
    *[
        [_day(i, "{:02d}/11/2021 10:05:33"), _sexes(i), ", ".join(_chosen(i, *USES)), str(20 + i % 50)]
        for i in range(N)
    ],
)
GOOGLE_ENGLISH = _file(
    ["Timestamp", "You are", "Uses ?", "Age"],
    *[
        [_day(i, "2021/11/{:02d} 10:05:33 AM UTC+1"), _sexes(i), ";".join(_chosen(i, *USES)), str(20 + i % 50)]
        for i in range(N)
    ],
)
LIME = _file(
    ["id", "submitdate", "lastpage", "startlanguage", "Q1", *[f"Q5[SQ00{k}]" for k in (1, 2, 3)]],
    *[
        [str(i + 1), _day(i), "3", "fr", ("A1 [Femme]", "A2 [Homme]")[i % 3 == 0]]
        + [("N [Non]", "Y [Oui]")[u in _chosen(i, *USES)] for u in USES]
        for i in range(N)
    ],
)
LIME_TEXTS = _file(
    ["ID de la réponse", "Date de soumission", "Dernière page", "Langue de départ", "Q1. Vous êtes"]
    + [f"Q5[SQ00{k}]. Quels usages ? [{u}]" for k, u in enumerate(USES, 1)],
    *[
        [str(i + 1), _day(i), "3", "fr", _sexes(i), *[("", "Oui")[u in _chosen(i, *USES)] for u in USES]]
        for i in range(N)
    ],
)
QUALTRICS = _file(
    ["StartDate", "EndDate", "ResponseId", "Q1", "Q5"],
    ["Start Date", "End Date", "Response ID", "Vous êtes", "Quels usages ?"],
    [f'{{"ImportId":"{c}"}}' for c in ("startDate", "endDate", "_recordId", "QID1", "QID5")],
    *[[_day(i), _day(i), f"R_{i:05d}", _sexes(i), ",".join(_chosen(i, *USES))] for i in range(N)],
)
MONKEY = _file(
    ["Respondent ID", "Date Created", "Vous êtes", "Quels usages ?", "", ""],
    ["", "", "Response", *USES],
    *[
        [str(118000 + i), _day(i, "11/{:02d}/2021 10:05:00 AM"), _sexes(i)]
        + [u if u in _chosen(i, *USES) else "" for u in USES]
        for i in range(N)
    ],
)
NAMES = ("internet", "jeux", "cv")
KOBO = _file(
    ["start", "end", "sexe", "usages", *[f"usages/{u}" for u in NAMES], "_id", "_uuid", "_submission_time", "_index"],
    *[
        [
            _day(i, "2021-11-{:02d}T10:00:00.000+01:00"),
            _day(i, "2021-11-{:02d}T10:05:00.000+01:00"),
            _sexes(i),
            " ".join(_chosen(i, *NAMES)),
            *[str(int(u in _chosen(i, *NAMES))) for u in NAMES],
            *(str(500 + i), f"u{i}", _day(i, "2021-11-{:02d}T10:06:00"), str(i + 1)),
        ]
        for i in range(N)
    ],
)
IN_2021 = drafted("name: '2021'")


def _right(question: str, first: str, third: str, one: str, *answers: str) -> Expect:
    """Expect all records in the year of their dates, and the exact shares of options and answers."""
    shares = [share(question, first, FIRST, 0.005), share(question, third, THIRD, 0.005)]
    return every(accepted(N), IN_2021, closed(one, *answers), *shares)


FILES: dict[str, tuple[str, Expect]] = {
    "google": (GOOGLE, _right("Quels_usages", "Internet_e_mail", "CV_lettres", "Vous", "Femme", "Homme")),
    "google-english": (GOOGLE_ENGLISH, _right("Uses", "Internet_e_mail", "CV_lettres", "You", "Femme", "Homme")),
    "limesurvey": (LIME, _right("Q5", "SQ001", "SQ003", "Q1", "A1", "A2")),
    "limesurvey-texts": (LIME_TEXTS, _right("Q5", "SQ001", "SQ003", "Vous", "Femme", "Homme")),
    "qualtrics": (QUALTRICS, _right("Q5", "Internet_e_mail", "CV_lettres", "Vous", "Femme", "Homme")),
    "surveymonkey": (MONKEY, _right("Quels_usages", "Internet_e_mail", "CV_lettres", "Vous", "Femme", "Homme")),
    "kobo": (KOBO, _right("usages", "internet", "cv", "Sexe", "Femme", "Homme")),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_an_export_of_a_form_tool_ends_in_what_was_answered(name: str, project: Path, tmp_path: Path) -> None:
    content, expect = FILES[name]
    path = tmp_path / f"{name}.csv"
    path.write_text(content, encoding="utf-8-sig")
    ended = try_files(project, name, [path])
    assert orderly(ended) is None
    assert expect(ended) is None
