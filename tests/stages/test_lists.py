"""Lists of a document: recommendations behind their findings, declared texts with their facts, in both languages."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.errors import PublishError
from pipeline.evaluation import load
from pipeline.evaluation.settings import Previous
from pipeline.stages.lists import LISTS, Lists
from pipeline.state.recommendations import weighed
from pipeline.wording import words
from pipeline.wording.markdown import plain
from tests.lexicon import with_shared
from tests.questions.made_up import ROOT, speaker, statements, table

SHIFT = "demand.elaborate.shift/users/wave=2003..2006"
DECLARED = """recommendations:
  - action: {fr: "Aider davantage", en: "Help more"}
    who: {fr: "Région", en: "Region"}
    when: {fr: "demain", en: "tomorrow"}
    cost: {fr: "{amount} de la demande", en: "{amount} of demand"}
    amount: demand.elaborate.share/users/wave=2006
    evidence: demand.elaborate.shift/users/wave=2003..2006
    expects: EXPECTS
previous:
  - action: {fr: "Renouveler au bout de {fact years} ans", en: "Renew after {fact years} years"}
    status: partly
    note: {fr: "Fait.", en: "Done."}
"""


def lists(folder: Path, lang: str, expects: str = "rise", facts: dict[str, str] | None = None) -> Lists:
    shutil.copytree(ROOT / "surveys" / "miniature", folder / "surveys" / "miniature")
    evaluation = load("miniature", folder)
    (evaluation.folder / "texts").mkdir(exist_ok=True)
    (evaluation.folder / "texts" / "recommendations.yaml").write_text(
        DECLARED.replace("EXPECTS", expects), encoding="utf-8"
    )
    made = statements(table(), margin=None)
    evaluation.stage("state").mkdir(parents=True)
    found = weighed(f"{SHIFT}/region=53", expects, made)
    (evaluation.stage("state") / "recommendations.json").write_text(json.dumps([vars(found)]), encoding="utf-8")
    (evaluation.stage("state") / "answers.json").write_text("{}", encoding="utf-8")
    return Lists(evaluation, speaker(table(), lang), made, {"years": "5"} if facts is None else facts)


@pytest.mark.parametrize(
    ("lang", "action", "cost", "strength"),
    [
        ("fr", "**Aider davantage.**", "48\u202f% de la demande", "établi"),
        ("en", "**Help more.**", "48% of demand", "established"),
    ],
)
def test_a_recommendation_stands_before_the_finding_it_rests_on(
    tmp_path: Path, lang: str, action: str, cost: str, strength: str
) -> None:
    (item,) = lists(tmp_path, lang).of("region=53")["recommendations"]
    assert item.text.startswith(action)
    assert cost in item.text.replace("\u00a0", "\u202f")
    assert f"{strength}." in item.text
    assert item.text.endswith(".")
    assert item.result_ids[0] == f"{SHIFT}/region=53"


def test_what_is_not_borne_out_is_told_apart(tmp_path: Path) -> None:
    made = lists(tmp_path, "fr", expects="fall").of("region=53")
    assert made["recommendations"] == []
    assert [item.text for item in made["unsupported"]] == ["Aider davantage"]


def test_a_declared_text_keeps_its_spaces_around_a_fact(tmp_path: Path) -> None:
    (item,) = lists(tmp_path, "en").of("region=53")["follow-up"]
    assert item.text.startswith("**Renew after 5 years** (*done in part*). Done")


EARLIER = """recommendations:
  - id: help
    action: {fr: "Aider", en: "Help"}
    who: {fr: "Région", en: "Region"}
    when: {fr: "demain", en: "tomorrow"}
    cost: {fr: "rien", en: "nothing"}
    evidence: demand.elaborate.shift/users/wave=first..latest
  - action: {fr: "Ouvrir", en: "Open"}
    who: {fr: "Région", en: "Region"}
    when: {fr: "demain", en: "tomorrow"}
    cost: {fr: "rien", en: "nothing"}
"""


def followed(folder: Path, lang: str, followup: str, file: str = "texts/recommendations-2003.yaml") -> Lists:
    """Return the lists of an edition that keeps the file of the one before, and says what became of it."""
    made = lists(folder, lang)
    texts = made.evaluation.folder / "texts"
    (texts / "recommendations-2003.yaml").write_text(EARLIER, encoding="utf-8")
    now = texts / "recommendations.yaml"
    now.write_text(now.read_text(encoding="utf-8").partition("previous:")[0] + followup, encoding="utf-8")
    previous = [Previous(edition=2003, ledger="ledger-2003.csv", recommendations=file)]
    settings = made.evaluation.settings.model_copy(update={"previous": previous})
    return replace(made, evaluation=replace(made.evaluation, settings=settings))


@pytest.mark.parametrize(
    ("lang", "first", "second"),
    [
        ("fr", "**Aider** (*réalisée*). Fait. *Cette édition.* ", "**Ouvrir** (*suite inconnue*)."),
        ("en", "**Help** (*done*). Done. *This edition.* ", "**Open** (*not known*)."),
    ],
)
def test_recommendations_of_the_last_edition_are_followed_up_beside_what_their_evidence_says_now(
    tmp_path: Path, lang: str, first: str, second: str
) -> None:
    followup = 'followup:\n  - {of: help, status: done, note: {fr: "Fait.", en: "Done."}}\n'
    told = followed(tmp_path, lang, followup).of("region=53")["follow-up"]
    # declared texts have passed the gate, which marks their full stops
    assert told[0].text.replace("\U000f002e", ".").startswith(first)
    assert told[0].result_ids == (f"{SHIFT}/region=53",)
    assert (told[1].text, told[1].result_ids) == (second, ())


@pytest.mark.parametrize(("lang", "then"), [("fr", "*Alors* (2003) :"), ("en", "*Then* (2003):")])
@pytest.mark.parametrize("wave", ["2003", "latest"])
def test_what_is_followed_up_tells_its_number_of_then_and_of_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, then: str, wave: str
) -> None:
    rests_on = f"demand.elaborate.share/users/wave={wave}"
    monkeypatch.setitem(
        globals(), "EARLIER", EARLIER.replace("demand.elaborate.shift/users/wave=first..latest", rests_on)
    )
    told = followed(tmp_path, lang, "followup:\n  - {of: help, status: done}\n").of("region=53")["follow-up"][0]
    assert told.result_ids == ("demand.elaborate.share/users/wave=2006/region=53",)
    said, _, before = told.text.replace("\U000f002e", ".").partition(then)
    assert "2006" in said
    was = table().set_index("result_id").at["demand.elaborate.share/users/wave=2003/region=53", "estimate"]
    assert before.strip().startswith(f"{100 * was:.0f}")


def test_what_is_followed_up_is_a_recommendation_of_the_last_edition(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="none of the recommendations") as refused:
        followed(tmp_path, "fr", "followup:\n  - {of: 7, status: done}\n").of("region=53")["follow-up"]
    assert refused.value.allowed == ["help", "2"]


def test_an_unknown_fact_is_told_with_its_file(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="does not declare") as refused:
        lists(tmp_path, "fr", facts={}).of("region=53")["follow-up"]
    assert "recommendations.yaml" in str(refused.value.where)


def test_every_list_that_a_document_may_name_is_made(tmp_path: Path) -> None:
    assert set(lists(tmp_path, "fr").of("region=53")) == set(LISTS)


@pytest.mark.parametrize(("lang", "said"), [("fr", "demandent des relevés mensuels"), ("en", "need monthly returns")])
def test_what_needs_months_is_told_only_where_returns_are_of_longer_periods(
    tmp_path: Path, lang: str, said: str
) -> None:
    made = lists(tmp_path, lang)
    assert made.of("region=53")["needs-months"] == []
    evaluation = made.evaluation
    spoken = replace(made.speaker, labels=with_shared(made.speaker.labels))
    yearly = replace(made, evaluation=replace(evaluation, withheld={0: evaluation.settings.plan[0]}), speaker=spoken)
    (item,) = yearly.of("region=53")["needs-months"]
    assert said in item.text


def test_a_plain_number_is_told_without_a_word_for_its_strength_and_once(tmp_path: Path) -> None:
    made = lists(tmp_path, "fr")
    question = made.evaluation.settings.questions[0]
    asked = question.model_copy(update={"id": "plain", "statements": [], "indicators": ["demand.elaborate"]})
    settings = made.evaluation.settings.model_copy(update={"questions": [asked]})
    alone = replace(made, evaluation=replace(made.evaluation, settings=settings))
    level = next(s for s in alone.made if s.name == "level" and s.place == "region=53")
    assert level.verdict == "stated"
    assert "établi" not in alone._graded(level)
    change = next(s for s in alone.made if s.name == "change" and s.place == "region=53")
    assert "(*établi*)" in alone._graded(change)
    few = replace(alone, made=[level])
    told = few.of("region=53")
    assert len(told["answers"]) == 1
    assert told["findings"] == []  # its answer says all


@pytest.mark.parametrize(
    ("indicators", "told"),
    [
        (["demand.elaborate"], ["level", "change"]),
        (["demand.elaborate", "demand.basic"], ["level", "change", "basic", "basic_change"]),
        (["demand.basic", "demand.elaborate", "demand.email"], ["basic", "basic_change", "level", "services"]),
    ],
)
def test_an_answer_tells_something_of_every_indicator(tmp_path: Path, indicators: list[str], told: list[str]) -> None:
    made = lists(tmp_path, "en")
    asked = made.evaluation.settings.questions[0].model_copy(update={"id": "plain", "statements": []})
    asked = asked.model_copy(update={"indicators": indicators})
    settings = made.evaluation.settings.model_copy(update={"questions": [asked]})
    (answer,) = replace(made, evaluation=replace(made.evaluation, settings=settings)).of("region=53")["answers"]
    named = {s.name: s for s in made.made if s.place == "region=53"}
    assert answer.result_ids == tuple(rid for name in told for rid in named[name].result_ids)


def test_what_the_first_answer_says_already_is_not_ranked_again(tmp_path: Path) -> None:
    made = lists(tmp_path, "fr")
    made = replace(made, made=statements(table(), margin=3.0))
    ranking = [item.text for item in made._ranked("region=53")]
    assert ranking
    asked = made.evaluation.settings.questions[0].model_copy(update={"id": "plain", "statements": []})
    for indicator, left in (("demand.elaborate", []), ("demand.nothing", ranking)):
        question = asked.model_copy(update={"indicators": [indicator]})
        settings = made.evaluation.settings.model_copy(update={"questions": [question]})
        found = replace(made, evaluation=replace(made.evaluation, settings=settings)).of("region=53")
        assert [item.text for item in found["ranked"]] == left


def test_the_brief_answers_the_first_question_and_those_that_ask_for_it(tmp_path: Path) -> None:
    made = lists(tmp_path, "fr")
    first = made.evaluation.settings.questions[0]
    asked = [first, *(first.model_copy(update={"id": n, "brief": n == "told"}) for n in ("left", "told"))]
    settings = made.evaluation.settings.model_copy(update={"questions": asked})
    found = replace(made, evaluation=replace(made.evaluation, settings=settings)).of("region=53")
    assert [item.id for item in found["briefed"]] == [f"answer.{first.id}", "answer.told"]
    assert len(found["answers"]) == 3


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_a_press_paragraph_tells_what_the_first_question_looks_at_where_no_table_decides(
    tmp_path: Path, lang: str
) -> None:
    made = lists(tmp_path, lang)
    levels = [each for each in made.made if each.kind == "level"]
    first = made.evaluation.settings.questions[0]
    looked_at = first.model_copy(update={"statements": (), "indicators": ("demand.elaborate",)})
    settings = made.evaluation.settings.model_copy(update={"questions": [looked_at]})
    asked = replace(made.evaluation, settings=settings)
    told = Lists(asked, made.speaker, levels, made.facts).of("region=53")["press"]
    assert told
    assert {item.text for item in told} <= {made.speaker.say([each]) for each in levels}
    assert len({item.text for item in told}) == len(told)
    (nothing,) = Lists(made.evaluation, made.speaker, [], made.facts).of("region=53")["press"]
    assert nothing.text == made.speaker.note("_common.nothing_stated")


def answered(made: Lists, lang: str, text: str, numbers: dict[str, str]) -> Lists:
    """Return the lists of an evaluation whose one question is answered by a text that names numbers."""
    evaluation = made.evaluation
    own = evaluation.folder / "words" / lang / "answers.yaml"
    own.write_text(f"told:\n  so: {json.dumps(text)}\n", encoding="utf-8")
    (evaluation.stage("state") / "answers.json").write_text('{"told": {"answer": "so", "rests_on": []}}')
    asked = evaluation.settings.questions[0].model_copy(update={"id": "told", "numbers": numbers})
    settings = evaluation.settings.model_copy(update={"questions": [asked]})
    read = words.load(ROOT / "reports" / lang, lang, ["demand"], evaluation.folder / "words" / lang, {})
    spoken = replace(made.speaker, words=read)
    return replace(made, evaluation=replace(evaluation, settings=settings), speaker=spoken)


def test_an_answer_tells_its_numbers_and_drops_the_part_that_names_one_that_is_withheld(tmp_path: Path) -> None:
    made = lists(tmp_path, "fr")
    numbers = {"wanted": "demand.elaborate.share/users/wave=2006"}
    made = answered(made, "fr", "Oui[, {wanted} ({wanted:interval})].[ Non, {wanted}.]", numbers)
    (item,) = made.of("region=53")["answers"]
    said = plain(item.text).replace("\u202f", " ").replace("\u00a0", " ")
    assert said.endswith("Oui, 48 % (entre 45 % et 51 %). Non, 48 %.")
    result = f"{numbers['wanted']}/region=53"
    hidden = {**made.speaker.rows[result], "quality": "suppress", "estimate": float("nan")}
    rows = {**made.speaker.rows, result: hidden}
    (item,) = replace(made, speaker=replace(made.speaker, rows=rows)).of("region=53")["answers"]
    assert plain(item.text).endswith("Oui.")


def test_what_the_answers_of_the_brief_tell_is_not_ranked_again(tmp_path: Path) -> None:
    made = replace(lists(tmp_path, "fr"), made=statements(table(), margin=3.0))
    ranking = answered(made, "fr", "Oui.", {}).of("region=53")["ranked"]
    assert ranking
    told = {"change": ranking[0].result_ids[0].replace("/region=53", "")}
    left = answered(made, "fr", "Oui.", told).of("region=53")["ranked"]
    assert [item.id for item in left] == [item.id for item in ranking[1:]]
