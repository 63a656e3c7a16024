"""Words are checked before any result: each kind of fault is named, with its place and what would do."""

from pathlib import Path

import pytest

from pipeline.results.statement import Pick, StatementSpec
from pipeline.state.expected import expected_texts
from pipeline.wording import checking, words

SPECS = (StatementSpec("change", "change", Pick("elaborate", "shift", at="change"), {"before": Pick("e", "share")}),)
TEXTS = {
    "rise": "{change:size} {since:depuis}",
    "fall": "{change:size}",
    "stable": "{margin}",
    "undetected": "{change:bound}",
    "uncertain": "{change:interval}",
}


def problems(tmp_path: Path, **changes: str | None) -> list[str]:
    texts = {k: v for k, v in {**TEXTS, **changes}.items() if v is not None}
    (tmp_path / "demand").mkdir()
    content = "change:\n" + "".join(f'  {key}: "{text}"\n' for key, text in texts.items())
    (tmp_path / "demand" / "words.yaml").write_text(content, encoding="utf-8")
    nouns = {"person": {"one": "usager", "many": "usagers", "gender": "m"}}
    read = words.load(tmp_path, "fr", ["demand"], None, nouns)
    return [f.problem for f in checking.faults(read, list(expected_texts("demand", SPECS)), ["demand"])]


def test_words_that_hold_have_no_fault(tmp_path: Path) -> None:
    assert problems(tmp_path, rise="[avant : {before}, ]{persons} : {change:size} {since:depuis}, à 95 %") == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"fall": None}, "a text is missing"),
        ({"falls": "x"}, "nothing uses this text"),
        ({"rise": "{chnage}"}, "no value of that name exists here"),
        ({"rise": "{model}"}, "no value of that name exists here"),
        ({"rise": "{change:grandeur}"}, "no such form"),
        ({"rise": "{since:in}"}, "no such form"),
        ({"rise": "avant, {before}"}, "this value does not always exist here"),
        ({"rise": "{margin}"}, "this value does not always exist here"),
        ({"rise": "{territory:dans}"}, "this value does not always exist here"),
        ({"rise": "{since|a|b}"}, "nothing agrees with this value so"),
        ({"rise": "{change|un|deux|trois}"}, "nothing agrees with this value so"),
        ({"rise": "depuis 2003"}, "a number is typed in a text"),
        ({"rise": "fin.[ Avant : {before}]."}, "two full stops meet where the part between them is left out"),
    ],
)
def test_each_fault_is_named(tmp_path: Path, changes: dict[str, str | None], problem: str) -> None:
    assert problems(tmp_path, **changes) == [problem]


def test_a_title_is_short_and_ends_without_a_full_stop(tmp_path: Path) -> None:
    (tmp_path / "demand").mkdir()
    rows = "".join(f'  {k}: "{t}"\n' for k, t in TEXTS.items() if k != "rise")
    long = "La part " + "très " * 20
    content = f'change:\n  rise: {{say: "x", title: "{long}", alt: "y"}}\n{rows}'
    (tmp_path / "demand" / "words.yaml").write_text(content, encoding="utf-8")
    read = words.load(tmp_path, "fr", ["demand"], None, {})
    found = checking.faults(read, list(expected_texts("demand", SPECS)), ["demand"])
    assert [f.problem for f in found] == ["a title is too long, or ends with a full stop"]
