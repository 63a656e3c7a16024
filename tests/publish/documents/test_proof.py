"""The proof sheet reads every text of every verdict, without a result."""

from dataclasses import replace

from pipeline.publish.documents.proof import Made, sheet
from pipeline.questions import discover
from pipeline.state.expected import expected_texts
from pipeline.state.settings import fitted
from pipeline.wording import words
from tests.questions.made_up import LABELS, PERIMETER, ROOT, UNIT

QUESTION = discover(ROOT)["demand"]
SETTINGS = {"entry": "demand", "basic": ["email"], "elaborate": ["printing"]}
STATEMENTS = [fitted(spec, SETTINGS) for spec in QUESTION.statements]
EXPECTED = list(expected_texts("demand", STATEMENTS))
CODES = {"age_band": ["age_band=15-24", "age_band=60+"], "unit": [UNIT]}
GROUPS = {
    spec.rows: CODES.get(spec.rows.by, ["demand.email", "demand.printing"]) for spec in STATEMENTS if spec.rows.by
}
MADE = Made(PERIMETER, [UNIT], ("2003", "2006"), GROUPS, LABELS)


def lines(lang: str, made: Made = MADE) -> dict[str, list[str]]:
    read = words.load(ROOT / "reports" / lang, lang, ["demand"], None, {})
    out: dict[str, list[str]] = {}
    for each in sheet(read, EXPECTED, made):
        out.setdefault(each.key, []).append(each.text.replace("\u00a0", " ").replace("\u202f", " "))
    return out


def test_every_text_is_read_and_no_placeholder_is_left() -> None:
    for lang in ("fr", "en"):
        read = lines(lang)
        assert {e.key for e in EXPECTED if not e.optional} <= set(read)
        for key, texts in read.items():
            assert not any(set("{}") & set(text) for text in texts), key


def test_lists_by_unit_have_no_item_to_read_where_nothing_is_compared() -> None:
    groups = {pick: () if pick.by == "unit" else codes for pick, codes in GROUPS.items()}
    read = lines("fr", replace(MADE, units=[], groups=groups))
    assert "demand.by_unit.undetected" in read
    assert "demand.by_unit.some" not in read
    assert not [key for key in read if key.startswith("demand.by_unit.each")]
    assert "demand.by_unit.each.higher" in lines("fr")


def test_numbers_stand_at_their_edges() -> None:
    read = lines("fr")
    assert any("1,0 point depuis" in text for text in read["demand.change.rise"])
    assert any("9 points depuis" in text for text in read["demand.change.rise"])
    assert any("un usager sur cinq (19 %" in text for text in read["demand.level.stated"])
    assert any("dans le pays d'Auray" in text for text in read["demand.level.stated"])


def test_a_fall_is_read_with_numbers_that_fall() -> None:
    assert all("−" in text for text in lines("fr")["demand.by_age.each.fall"])
