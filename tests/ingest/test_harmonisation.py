"""Waves on one footing: renamed questions, changed codes, items and answers of one wave only, bases from routing."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.errors import IngestError, InstrumentError
from pipeline.evaluation import Evaluation
from pipeline.ingest import read_sources

from .conftest import Make, codes, question

WAVES = [
    {"name": "2003", "field": ["2003-11-17", "2003-12-12"]},
    {"name": "2006", "field": ["2006-11-13", "2006-12-08"]},
]
#: 2003 coded occupation 1..5 in OCC, 2006 in three letters; 4 and 5 were put together, 9 was a refusal, 8 said nothing.
OCCUPATION = question("occupation", "single", codes=codes("work", "study", "retired"), missing={"nr": "refused"},
                      waves={"2003": {"column": "OCC", "recode": {1: "work", 2: "study", 4: "retired", 5: "retired",
                                                                  9: "nr", 8: None}}})  # fmt: skip
WANTS = question("wants", "multiple", items=[
    {"name": "mail", "label": {"fr": "courriel"}, "column": "W_MAIL"},
    {"name": "blog", "label": {"fr": "blog"}, "column": "W_BLOG", "waves": ["2006"]}],
    waves={"2003": {"items": {"mail": "V1"}}})  # fmt: skip
HELPED = question("helped", "single", codes=codes("yes", "no"), column="HELP",
                  asked_if=[{"question": "occupation", "codes": ["retired"]}],
                  waves={"2003": {"asked": False}})  # fmt: skip
OLD = "OCC,V1\n1,1\n4,0\n5,1\n9,1\n8,0\n"
NEW = "occupation,W_MAIL,W_BLOG,HELP\nwork,1,1,\nretired,0,1,yes\nretired,1,0,\nstudy,1,1,\n"


def evaluation(make: Make, questions: list[dict[str, Any]], old: str = OLD, new: str = NEW) -> Evaluation:
    files = {"2003": {"path": "old.csv"}, "2006": {"path": "users.csv"}}
    made = make(questions, None, source={"files": files}, waves=WAVES)
    (made.data / "old.csv").write_text(old, encoding="utf-8")
    (made.data / "users.csv").write_text(new, encoding="utf-8")
    return made


def test_changed_codes_many_to_one_and_to_missing(make: Make) -> None:
    clean = read_sources(evaluation(make, [OCCUPATION, WANTS, HELPED])).clean["users"]
    old = clean[clean["wave"] == "2003"]
    assert old["occupation"].tolist()[:3] == ["work", "retired", "retired"]
    assert old["occupation__status"].tolist() == ["answered", "answered", "answered", "refused", "no_answer"]


def test_what_was_put_together_is_a_decision(make: Make) -> None:
    found = read_sources(evaluation(make, [OCCUPATION, WANTS, HELPED])).decisions
    merged = found[found["kind"] == "merged_codes"]
    assert set(zip(merged["before"], merged["after"], strict=True)) == {("4, 5", "retired"), ("8", "no_answer")}
    assert set(merged["file"]) == {"old.csv"}


def test_an_item_of_one_wave_has_no_value_in_the_other(make: Make) -> None:
    clean = read_sources(evaluation(make, [OCCUPATION, WANTS, HELPED])).clean["users"]
    assert clean.loc[clean["wave"] == "2003", "wants_blog"].isna().all()
    assert clean.loc[clean["wave"] == "2003", "wants_mail"].notna().all()
    assert clean.loc[clean["wave"] == "2006", "wants_blog"].notna().all()


def test_bases_come_from_routing_and_never_from_blanks(make: Make) -> None:
    clean = read_sources(evaluation(make, [OCCUPATION, WANTS, HELPED])).clean["users"]
    status = clean.groupby("wave")["helped__status"].apply(list)
    assert status["2003"] == ["not_asked"] * 5
    # two retired people were asked, one of them left the question blank: the base is two
    assert status["2006"] == ["routed", "answered", "no_answer", "routed"]


def test_an_old_code_with_no_counterpart_is_one_message(make: Make) -> None:
    old = OLD + "7,1\n7,0\n6,1\n" + "1,1\n" * 200
    made = evaluation(make, [OCCUPATION, WANTS, HELPED], old)
    with pytest.raises(IngestError) as fault:
        read_sources(made)
    message = str(fault.value)
    assert message.count("no counterpart") == 1
    for word in ("old.csv", "OCC", "wave '2003'", "'occupation'", "7 (2 records)", "6 (1 records)", "recode"):
        assert word in message


def test_a_code_that_the_wave_did_not_offer_is_told(make: Make) -> None:
    offered = {**OCCUPATION, "waves": {**OCCUPATION["waves"], "2006": {"codes": ["work", "study"]}}}
    made = evaluation(make, [offered, WANTS, HELPED])
    with pytest.raises(IngestError, match=r"(?s)users\.csv.*retired \(2 records\)"):
        read_sources(made)


def test_another_wording_is_a_decision_that_says_whether_waves_compare(make: Make) -> None:
    for comparable, said in ((True, "compared"), (None, "not compared")):
        history = {**OCCUPATION["waves"]["2003"], "wording": {"fr": "Que faites-vous ?"}, "comparable": comparable}
        asked = {**OCCUPATION, "waves": {"2003": history}}
        made = evaluation(make, [asked, WANTS, HELPED])
        found = read_sources(made).decisions.set_index("kind").loc["other_wording"]
        assert found["before"] == "Que faites-vous ?"
        assert found["note"].endswith(said)
        q = made.instruments["users"].question("occupation")
        assert q is not None
        assert q.comparable("2003", "2006") is bool(comparable)


@pytest.mark.parametrize(
    ("history", "said"),
    [
        ({"recode": {1: "werk"}}, "leads to the code werk"),
        ({"codes": ["work", "pensioner"]}, "pensioner"),
        ({"items": {"blog": "B"}}, "no item 'blog'"),
    ],
)
def test_a_history_that_leads_nowhere_is_refused(make: Make, history: dict[str, Any], said: str) -> None:
    with pytest.raises(InstrumentError, match=said):
        evaluation(make, [{**OCCUPATION, "waves": {"2003": history}}])


def test_routing_by_an_answer_that_does_not_exist_is_refused(make: Make) -> None:
    odd = {**HELPED, "asked_if": [{"question": "occupation", "codes": ["pensioner"]}]}
    with pytest.raises(InstrumentError, match="routed by the code 'pensioner' of 'occupation'"):
        evaluation(make, [OCCUPATION, odd])
