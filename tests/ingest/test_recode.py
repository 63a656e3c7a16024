"""Recoding by the instrument: codes, statuses, boxes, waves."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from pipeline.ingest.readers.received import Received
from pipeline.ingest.recode import STATUSES, Recoded, recode
from pipeline.ingest.stage import read_sources
from pipeline.instrument import Instrument

from .conftest import Make, codes, question


def recoded(asked: dict[str, Any], columns: dict[str, list[Any]], wave: str | None = None, **more: Any) -> Recoded:
    instrument = Instrument.model_validate({"name": "i", "title": {"fr": "i"}, "questions": [asked]})
    table = pd.DataFrame(columns)
    received = Received("f.csv", list(table), table, np.arange(2, len(table) + 2), **more)
    return recode(instrument, wave, received, ",")[asked["name"]]


def statuses(r: Recoded) -> list[str]:
    return [STATUSES[s] for s in r.status]


def test_codes_are_integers_when_all_are_and_unknown_ones_stay_visible() -> None:
    r = recoded(question("q", "single", codes=codes(1, 2)), {"q": ["1", "02", "2,0", "7", ""]})
    assert r.clean["q"].dtype == "Int64"
    assert r.clean["q"].tolist()[:3] == [1, 2, 2]
    assert statuses(r) == ["answered", "answered", "answered", "no_answer", "no_answer"]
    assert r.seen is not None
    assert r.seen.tolist()[:4] == ["1", "2", "2", "7"]


def test_missing_codes_say_why() -> None:
    asked = question(
        "q", "likert", codes=codes(1, 2), missing={8: "no_answer", 9: "not_applicable", "NSP": "dont_know"}
    )
    r = recoded(asked, {"q": ["8", "9", "NSP", "1"]})
    assert statuses(r) == ["no_answer", "not_applicable", "dont_know", "answered"]
    assert r.clean["q"].isna().tolist() == [True, True, True, False]


def test_a_wave_has_its_own_column_and_codes() -> None:
    history = {"2003": {"column": "Q2", "recode": {1: "yes", 2: "no", 9: "no_answer"}}}
    asked = question("q", "single", codes=codes("yes", "no"), missing={"no_answer": "no_answer"}, waves=history)
    r = recoded(asked, {"Q2": [1.0, 2.0, 9.0, np.nan]}, "2003")
    assert r.clean["q"].fillna("-").tolist() == ["yes", "no", "-", "-"]
    assert statuses(r) == ["answered", "answered", "no_answer", "no_answer"]


def test_a_question_not_asked_in_a_wave_is_missing_and_says_so() -> None:
    r = recoded(question("q", "single", codes=codes(1), waves={"2003": {"asked": False}}), {"x": ["a", "b"]}, "2003")
    assert statuses(r) == ["not_asked", "not_asked"]
    assert r.clean["q"].isna().all()
    assert r.seen is None


def test_answers_exported_as_labels_are_recognised() -> None:
    r = recoded(question("q", "single", codes=codes(1, 2)), {"q": ["libellé 2", "LIBELLÉ 1", "autre"]})
    assert r.clean["q"].tolist()[:2] == [2, 1]
    assert statuses(r)[2] == "no_answer"


def test_values_that_the_spss_file_calls_missing_are_no_answers_unless_the_instrument_names_them() -> None:
    ranges = {"q": [(98.0, 99.0)]}
    r = recoded(question("q", "number", missing={99: "refused"}), {"q": [97.0, 98.0, 99.0]}, user_missing=ranges)
    assert statuses(r) == ["answered", "no_answer", "refused"]
    assert [(n.kind, n.before) for n in r.notes] == [("user_missing", "98")]
    assert r.clean["q"].isna().tolist() == [False, True, True]


def test_a_box_that_holds_its_own_answer_is_ticked() -> None:
    items = [{"name": n, "label": {"fr": label}, "column": n} for n, label in (("a", "Jeux"), ("b", "Le courriel"))]
    received = {"a": ["Jeux", None, "jeux"], "b": [None, "Le courriel", "Jeux"]}
    r = recoded(question("q", "multiple", items=items), received)
    assert r.clean["q_a"].tolist() == [True, False, True]
    assert r.clean["q_b"].tolist()[:2] == [False, True]
    assert r.unreadable is not None
    assert r.unreadable.tolist()[2] == "Jeux"


def boxes(**more: Any) -> dict[str, Any]:
    items = [{"name": n, "label": {"fr": n}} for n in ("a", "b")]
    return question("w", "multiple", items=items, **more)


def test_boxes_ticked_or_not_and_nothing_ticked_at_all() -> None:
    r = recoded(boxes(), {"w_a": ["Y", "N", "", "N"], "w_b": ["N", "N", "", ""]})
    assert statuses(r) == ["answered", "answered", "no_answer", "answered"]
    assert r.clean["w_a"].fillna(False).tolist() == [True, False, False, False]
    assert r.clean["w_a"].isna().tolist() == [False, False, True, False]


def test_all_boxes_blank_is_none_ticked_where_the_file_never_writes_unticked() -> None:
    r = recoded(boxes(), {"w_a": ["1", ""], "w_b": ["", ""]})
    assert statuses(r) == ["answered", "answered"]
    assert r.clean["w_a"].tolist() == [True, False]


def test_declared_ticks_missing_codes_and_unreadable_boxes() -> None:
    asked = boxes(missing={9: "refused"}, waves={"2003": {"ticked": [2]}})
    r = recoded(asked, {"w_a": [2.0, 1.0, 9.0, 2.0], "w_b": [0.0, 0.0, 9.0, 0.0]}, "2003")
    assert statuses(r)[:1] + statuses(r)[2:] == ["answered", "refused", "answered"]
    assert r.unreadable is not None
    assert r.unreadable.astype("str").fillna("-").tolist() == ["-", "1", "-", "-"]


def test_an_item_that_a_wave_did_not_offer_is_missing_there() -> None:
    items = [{"name": "a", "label": {"fr": "a"}}, {"name": "b", "label": {"fr": "b"}, "waves": ["2006"]}]
    r = recoded(question("w", "multiple", items=items), {"w_a": ["1", "0"]}, "2003")
    assert r.clean["w_a"].tolist() == [True, False]
    assert r.clean["w_b"].isna().all()


def test_several_answers_in_one_cell_become_boxes() -> None:
    r = recoded(boxes(separator="|"), {"w": ["a|b", "b", "", "a|z"]})
    assert r.clean["w_a"].fillna(False).tolist() == [True, False, False, True]
    assert statuses(r)[2] == "no_answer"
    assert r.unreadable is not None
    assert r.unreadable.tolist()[3] == "z"


def test_free_text_has_no_clean_column() -> None:
    r = recoded(question("q", "open"), {"q": ["bonjour", ""]})
    assert r.clean == {}
    assert statuses(r) == ["answered", "no_answer"]


def test_spellings_of_one_answer_are_one_and_codes_declared_apart_stay_apart(make: Make) -> None:
    answers = {"oui": {"fr": "Oui"}, "ete": {"fr": "L’été"}}
    content = "q;r\noui;a\nOUI;A\n Oui ;a\nl'ete;A\nL'été;a\n"
    apart = {"a": {"fr": "petit a"}, "A": {"fr": "grand A"}}
    ingested = read_sources(
        make([question("q", "single", codes=answers), question("r", "single", codes=apart)], content)
    )
    assert ingested.clean["users"]["q"].tolist() == ["oui", "oui", "oui", "ete", "ete"]
    assert ingested.clean["users"]["r"].tolist() == ["a", "A", "a", "A", "a"]
    told = ingested.decisions.query("kind == 'spelling'")
    assert set(told["key"]) == {"q"}
    assert len(told) == 2


def test_codes_that_lost_their_leading_zero_get_it_back_on_record(make: Make) -> None:
    asked = [
        question("insee", "text", role="commune"),
        question("code_postal", "text"),
        question("departement", "text"),
        question("n", "text"),
    ]
    content = "insee;code_postal;departement;n\n1053;1000 CEDEX;1;1053\n2A004;20000;2A;7\n35238;35000;35;9\n"
    ingested = read_sources(make(asked, content))
    clean = ingested.clean["users"]
    assert clean["insee"].tolist() == ["01053", "2A004", "35238"]
    assert clean["code_postal"].tolist() == ["01000 CEDEX", "20000", "35000"]
    assert clean["departement"].tolist() == ["01", "2A", "35"]
    assert clean["n"].tolist() == ["1053", "7", "9"]
    assert (ingested.decisions["kind"] == "leading_zero").sum() == 3


def test_an_opening_told_as_a_month_or_a_year_is_its_first_day_and_a_closing_its_last() -> None:
    told = ["septembre 2018", "2005", "12 mars 2003", "03/04/2010", "un jour", ""]
    first = recoded(question("q", "date", role="opened"), {"q": told})
    assert [str(v)[:10] for v in first.clean["q"][:4]] == ["2018-09-01", "2005-01-01", "2003-03-12", "2010-04-03"]
    assert first.unreadable is not None
    assert first.unreadable.dropna().tolist() == ["un jour"]
    assert "coarse_day" in [n.kind for n in first.notes]
    last = recoded(question("q", "date", role="closed"), {"q": ["septembre 2018", "2005"]})
    assert [str(v)[:10] for v in last.clean["q"]] == ["2018-09-30", "2005-12-31"]
    other = recoded(question("q", "date"), {"q": ["septembre 2018", "2005"]})
    assert other.clean["q"].isna().all()


def test_an_answer_with_spoiled_accents_is_the_one_that_it_was() -> None:
    asked = question("q", "single", codes={"g": {"fr": "Guéret"}, "e": {"fr": "Évaux"}})
    r = recoded(asked, {"q": ["Guéret", "GuÃ©ret", "Ã‰vaux", "AhÃ»n"]})
    assert r.clean["q"].tolist()[:3] == ["g", "g", "e"]
    assert statuses(r)[3] == "no_answer"
    assert [n.before for n in r.notes] == ["GuÃ©ret | Guéret"]
