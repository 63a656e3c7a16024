"""Answers and ranking: the first line that holds, « no » among them; the strongest first, no question too often."""

from dataclasses import replace

from pipeline.results.statement import Statement
from pipeline.state.ranking import by_id, ranked
from pipeline.state.verdicts import Case, answer

CASES = [
    Case("yes", {"demand.change": ["rise"], "satisfaction.level": ["above"]}),
    Case("no", {"demand.change": ["fall"]}),
    Case("unknown", {}),
]


def test_the_first_case_that_holds_answers() -> None:
    found = answer(CASES, {"demand.change": "rise", "satisfaction.level": "above"})
    assert found is not None
    assert (found.key, found.rests_on) == ("yes", ("demand.change", "satisfaction.level"))


def test_no_can_win() -> None:
    found = answer(CASES, {"demand.change": "fall", "satisfaction.level": "above"})
    assert found is not None
    assert found.key == "no"


def test_a_statement_that_was_not_made_decides_nothing() -> None:
    found = answer(CASES, {"demand.change": "rise"})
    assert found is not None
    assert (found.key, found.rests_on) == ("unknown", ())


def test_without_a_table_there_is_no_answer() -> None:
    assert answer([], {}) is None


def statement(name: str, strength: str, size: float | None, question: str = "demand") -> Statement:
    return Statement(f"{question}.{name}@region=53", question, question, name, "change", "rise", 1, strength, size=size)


def test_the_strongest_then_the_largest_come_first_and_two_of_a_question_at_most() -> None:
    made = [
        statement("a", "moderate", 9.0),
        statement("b", "strong", 1.2),
        statement("c", "strong", 3.0),
        statement("d", "strong", 2.0, "label"),
        statement("no_margin", "strong", None, "label"),
        statement("undetected", "", 4.0, "label"),
    ]
    assert [s.name for s in ranked(made, "region=53")] == ["c", "d", "b"]
    assert [s.name for s in ranked(made, "region=53", most=1)] == ["c"]
    assert ranked(made, "pays=03") == []


def test_of_one_analysis_two_are_said_whoever_asks_and_of_one_number_the_direct_estimate() -> None:
    def about(name: str, size: float, result: str, question: str = "demand") -> Statement:
        return replace(statement(name, "strong", size, question), result_ids=(f"{result}/users/region=53",))

    made = [
        about("adjusted", 4.0, "demand.elaborate.shift.adjusted", "adjusted"),
        about("basic", 3.0, "demand.basic.shift"),
        about("direct", 2.0, "demand.elaborate.shift"),
        about("third", 1.5, "demand.other.shift", "decomposition"),
        about("modelled", 1.0, "label.visits.effect.panel", "label"),
    ]
    assert [s.name for s in ranked(made, "region=53")] == ["basic", "direct", "modelled"]
    assert [s.name for s in ranked(made[:2], "region=53")] == ["adjusted", "basic"]


def test_where_nothing_has_a_margin_what_passed_a_threshold_is_said() -> None:
    levels = {"b": "above", "c": "below", "d": "stated"}
    made = [replace(statement(n, "strong", None), verdict=v, declared=True) for n, v in levels.items()]
    convention = replace(statement("a", "strong", None), verdict="below")
    assert [s.name for s in ranked([convention, *made], "region=53")] == ["b", "c"]


def test_an_item_of_an_item_is_found_by_its_id() -> None:
    leaf, other = statement("leaf", "", None), statement("other", "", None)
    nested = replace(other, id="demand.list@region=53", items=(replace(other, items=(leaf,)),))
    assert by_id([nested])[leaf.id] is leaf
