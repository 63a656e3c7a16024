"""Editions lead to what is kept; revisions are counted by cause; an erratum says what replaces what, and why."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import math
from pathlib import Path

import pandas as pd
import pytest

from pipeline import results
from pipeline.evaluation import Evaluation
from pipeline.instrument import Text
from pipeline.publish.annex import printings
from pipeline.publish.annex.blocks import Ground, Listed
from pipeline.publish.annex.printings import Printing
from pipeline.wording.markdown import literal
from tests.publish.annex.grounds import cells, declared, ground
from tests.publish.annex.project import result

LISTED = tuple(Listed(name, name, name, ("html",)) for name in ("editions", "erratum"))


def changed(evaluation: Evaluation, lang: str = "fr") -> tuple[Ground, pd.DataFrame]:
    """Return the ground of two results, and that one moved by a point and the other is hidden now."""
    rows = [
        result(estimate=0.48),
        result(territory_level="pays", territory="20", estimate=math.nan, quality="suppress", reason="c"),
    ]
    ids = results.frame(rows)["result_id"].tolist()
    changes = pd.DataFrame(
        {
            "fate": ["changed", "hidden now"],
            "result_id": ids,
            "unit": "share",
            "before": [0.47, 0.51],
            "after": [0.48, math.nan],
            "difference": [0.01, math.nan],
            "steps": [1.0, math.nan],
            "cause": ["data", "boundaries"],
            "lower": [0.44, 0.48],
            "upper": [0.5, 0.54],
            "lower_after": [0.45, math.nan],
            "upper_after": [0.51, math.nan],
            "quantity": ["share{a}", "share{b}"],
        }
    )
    return dataclasses.replace(ground(evaluation, lang, rows=rows), documents=LISTED), changes


@pytest.mark.parametrize(("lang", "home"), [("fr", "editions/2005/index.html"), ("en", "editions/2005/en/index.html")])
def test_editions_lead_to_what_is_kept_the_last_first(evaluation: Evaluation, lang: str, home: str) -> None:
    made, changes = changed(evaluation, lang)
    homes = {"fr": "editions/2005/index.html", "en": "editions/2005/en/index.html"}
    wrong = Printing("2006", 2, changes, {}, dt.date(2007, 3, 2), Text(fr="Deux fois saisi."))
    before = (Printing("2004", 0, changes), Printing("2005", 2, changes, homes), wrong)
    corrected = declared(made.evaluation, errata=[object()])
    text = printings.editions(dataclasses.replace(made, evaluation=corrected, printings=before, data="../data")).text
    lines = text.splitlines()
    assert "version 2" in lines[0]
    assert "](erratum.html)" in lines[1]
    assert "2007" in lines[1]
    assert f"](../{home})" in lines[2]
    assert "2004" in lines[3]
    assert "](" not in lines[3]


def test_revisions_are_counted_by_cause_and_listed_with_both_values(evaluation: Evaluation) -> None:
    made, changes = changed(evaluation)
    block = printings.revisions(dataclasses.replace(made, printings=(Printing("2005", 40, changes),)))
    assert "[40]" in block.text
    counted = [line for line in cells(block.text) if line[0] in ("Données reçues", "Contours des territoires")]
    assert [[cell.partition("]")[0].strip("[") for cell in line[1:]] for line in counted] == [
        ["1", "0", "1"],
        ["0", "1", "–"],
    ]
    listed = cells(block.text)[-2:]
    assert all("(part)" in line[0] for line in listed)
    assert [(line[2].partition("]")[0].strip("["), line[3]) for line in listed] == [
        ("47\u202f%", "48\u202f%"),
        ("51\u202f%", "c"),
    ]
    assert block.result_ids == tuple(changes["result_id"])


@pytest.mark.parametrize("lang", ["fr", "en"])
@pytest.mark.parametrize(
    ("fate", "told"),
    [
        ("other precision", {"fr": "autre intervalle", "en": "other interval"}),
        ("no longer there", {"fr": "calculé", "en": "computed"}),
    ],
)
def test_what_is_gone_or_less_precise_is_counted_and_no_erratum_says_that_nothing_changed(
    evaluation: Evaluation, lang: str, fate: str, told: dict[str, str]
) -> None:
    made, changes = changed(evaluation, lang)
    other = changes.iloc[:1].assign(fate=fate, after=0.47, difference=0.0, steps=0.0)
    wrong = Printing("2006", 2, other, {}, dt.date(2007, 3, 2), Text(fr="Une erreur."))
    text = printings.errata(dataclasses.replace(made, printings=(wrong,))).text
    assert told[lang] in text
    assert "{#tbl-erratum-1-causes}" in text
    assert "{#tbl-erratum-1}" not in text
    assert made.word("_printings.unchanged") not in text


def test_what_a_correction_hides_is_counted_with_its_reason(evaluation: Evaluation) -> None:
    made, changes = changed(evaluation)
    wrong = Printing("2006", 2, changes, {}, dt.date(2007, 3, 2), Text(fr="Une erreur."))
    text = printings.errata(dataclasses.replace(made, printings=(wrong,))).text
    assert "par secret statistique : [1]" in text
    seen = dataclasses.replace(wrong, changes=changes.iloc[:1])
    assert "secret statistique" not in printings.errata(dataclasses.replace(made, printings=(seen,))).text


def test_without_changes_it_is_said_and_without_editions_nothing_is(evaluation: Evaluation) -> None:
    made, changes = changed(evaluation)
    same = printings.revisions(dataclasses.replace(made, printings=(Printing("2005", 40, changes.iloc[:0]),)))
    assert "n'a changé" in same.text
    assert "|" not in same.text
    for block in (printings.revisions, printings.errata, printings.revision_lines):
        assert block(made).text == ""


@pytest.mark.parametrize(("lang", "cause"), [("fr", "Définition du nombre"), ("en", "Definition of the number")])
def test_numbers_defined_otherwise_are_told_apart_from_those_that_are_gone(
    evaluation: Evaluation, lang: str, cause: str
) -> None:
    made, changes = changed(evaluation, lang)
    changes = changes.assign(fate="no longer there", cause=["definition", "settings"])
    text = printings.revisions(dataclasses.replace(made, printings=(Printing("2005", 40, changes),))).text
    assert [line[0] for line in cells(text)][-2:] == [cause, made.word("_printings.causes.settings")]
    for key in ("redefined", "gone"):
        count = f'[1]{{.record data-record="printings/2005/{key}"}}'
        assert made.fill(f"_printings.{key}", name=made.speaker.printing("2005"), count=count) in text
    alone = changes.assign(cause="definition")
    text = printings.revisions(dataclasses.replace(made, printings=(Printing("2005", 40, alone),))).text
    assert "printings/2005/redefined" in text
    assert "printings/2005/gone" not in text


def test_an_erratum_tells_day_reason_and_what_replaces_what(evaluation: Evaluation) -> None:
    made, changes = changed(evaluation)
    wrong = Printing("2006", 2, changes, {}, dt.date(2007, 3, 2), Text(fr="Un espace compté *deux* fois."))
    block = printings.errata(dataclasses.replace(made, printings=(wrong,)))
    assert "2 mars 2007" in block.text
    assert literal("Un espace compté *deux* fois.") in block.text
    assert "*deux*" not in block.text
    assert "{#tbl-erratum-1}" in block.text
    line = printings.revision_lines(dataclasses.replace(made, printings=(wrong,))).text
    assert "](erratum.html)" in line
    assert "](editions.html)" in line


@pytest.mark.parametrize(("before", "now"), [(2.72, 2.66), (0.7, 0.704), (4.41, 4.42)])
def test_two_values_are_told_with_as_many_decimals_as_tell_them_apart(before: float, now: float) -> None:
    row = {"unit": "mean", "measure": "mean"}
    one, other = printings._texts(row, before, now, "fr")
    assert one != other
    assert len(one) <= len("2,724")


def test_the_file_has_every_change_of_every_printing(evaluation: Evaluation, tmp_path: Path) -> None:
    made, changes = changed(evaluation)
    path = tmp_path / printings.FILE
    printings.write_revisions([], made.speaker.rows, made.labels, "fr", path)
    assert not path.exists()
    both = [Printing("2004", 1, changes.iloc[:1]), Printing("2005", 2, changes)]
    printings.write_revisions(both, made.speaker.rows, made.labels, "fr", path)
    with path.open(encoding="utf-8", newline="") as handle:
        lines = list(csv.DictReader(handle, delimiter=";"))
    assert [(line["printing"], line["fate"], line["before"], line["after"]) for line in lines] == [
        ("2004", "changed", "0,47", "0,48"),
        ("2005", "changed", "0,47", "0,48"),
        ("2005", "hidden", "0,51", ""),
    ]
    assert [lines[1][name] for name in ("lower", "upper", "lower_after", "upper_after")] == [
        "0,44",
        "0,5",
        "0,45",
        "0,51",
    ]
    assert list(lines[0]) == list(printings.FIELDS)
