"""Rows are found by what a pick says: waves or periods, of the entry's contrast or of the results themselves."""

from typing import Any

import pytest

from pipeline import results
from pipeline.results.statement import UNIT, Pick, StatementSpec
from pipeline.state import Asked, state
from pipeline.state.selection import Selection, indexed

PLACE = "region=53"


def number(measure: str, estimate: float, **changes: Any) -> results.Result:
    fields: dict[str, Any] = {
        "analysis": "reach",
        "indicator": "within_5",
        "population": "inhabitants",
        "territory_level": "region",
        "territory": "53",
        "unit": "share",
        "inference": "census",
        "confirmatory": False,
        **changes,
    }
    return results.Result(measure=measure, estimate=estimate, **fields)


def selection(*rows: results.Result, contrast: tuple[str, str] | None = None) -> Selection:
    return Selection(indexed(results.frame(rows, ["2003", "2006"])), "reach", contrast, PLACE, ["2003", "2006"])


DATES = (number("share", 0.8, period="2003-12-31"), number("share", 0.7, period="2006-12-31"))
WAVES = tuple(
    number("rate", rate, indicator="take_up", unit="rate", inference="sample", wave=wave)
    for wave, rate in (("2003", 0.013), ("2006", 0.012))
)


def pick(indicator: str, measure: str, **changes: Any) -> Pick:
    return Pick(indicator, measure, population="inhabitants", **changes)


def test_an_entry_counts_some_numbers_at_dates_and_estimates_others_in_waves() -> None:
    made = selection(*DATES, *WAVES)
    assert made.times(pick("within_5", "share")) == ("period", "2003-12-31", "2006-12-31")
    assert made.times(pick("take_up", "rate")) == ("wave", "2003", "2006")
    assert made.one(pick("within_5", "share", at="first"), PLACE).row == made.one(DATES_FIRST, PLACE).row
    assert made.one(pick("within_5", "share"), PLACE).row["estimate"] == 0.7  # type: ignore[index]


DATES_FIRST = pick("within_5", "share", at="first")


def test_the_periods_that_an_entry_contrasts_stand_before_those_of_its_results() -> None:
    rows = [number("share", 0.1 * n, period=str(2002 + n)) for n in range(1, 6)]
    assert selection(*rows, contrast=("2004", "2006")).times(pick("within_5", "share"))[1:] == ("2004", "2006")
    assert selection(*rows).times(pick("within_5", "share"))[1:] == ("2003", "2007")


def test_a_year_that_lacks_a_number_is_not_replaced_by_an_earlier_one() -> None:
    counted = [number("count", 10.0, period=year) for year in ("2003", "2004", "2005", "2006")]
    rates = [number("share", 0.1, period=year) for year in ("2003", "2004", "2005")]
    made = selection(*counted, *rates, contrast=("2003", "2006"))
    assert made.times(pick("within_5", "share"))[2] == "2006"
    assert made.one(pick("within_5", "share"), PLACE).row is None


def test_what_is_told_of_ways_alone_is_told_of_the_longest() -> None:
    rows = [number("share", 0.5, period=way) for way in ("1998..2004", "1998..2006", "2004..2006")]
    assert selection(*rows).time(pick("within_5", "share", at="change")) == "1998..2006"


def test_behind_the_largest_of_a_list_stand_those_that_may_not_be_published() -> None:
    known = [number("share", s, indicator=i, period="2006") for i, s in (("b", 0.4), ("c", 0.3), ("d", 0.1))]
    rows = [number("share", 0.9, indicator="a", period="2006", quality="suppress", reason="c"), *known]
    found = list(selection(*rows).several(pick("", "share", by="indicator", most=2), PLACE))
    assert [f.code for f in found] == ["reach.b", "reach.c", "reach.a"]
    assert [f.code for f in selection(rows[0]).several(pick("", "share", by="indicator", most=2), PLACE)] == ["reach.a"]


def test_the_largest_of_a_list_come_first() -> None:
    rows = [number("share", s, indicator=i, period="2006") for i, s in (("a", 0.1), ("b", 0.4), ("c", 0.3))]
    found = selection(*rows).several(pick("", "share", by="indicator", most=2), PLACE)
    assert [f.code for f in found] == ["reach.b", "reach.c"]


@pytest.mark.parametrize("waves", [("2003", "2006"), ("2006",)])
def test_of_one_wave_nothing_is_said_about_a_change(waves: tuple[str, ...]) -> None:
    table = results.frame([r for r in WAVES if r.wave in waves], list(waves))
    spec = StatementSpec("change", "change", pick("take_up", "shift", at="change"))
    made = state(table, [Asked("reach", "reach", "reach", [spec], None, waves)], {}, PLACE)
    assert [s.verdict for s in made] == (["withheld"] if len(waves) == 2 else [])


SEASON = tuple(
    number("season", value, indicator="visits", unit="ratio", period="2003..2006", domain={"month": m, "place": p})
    for p, values in (("coast", (0.1, 0.6, -0.3)), ("inland", (0.2, -0.4, 0.3)))
    for m, value in zip(("01", "07", "10"), values, strict=True)
)


@pytest.mark.parametrize(("place", "most", "month"), [("coast", 1, "07"), ("coast", -1, "10"), ("inland", -1, "07")])
def test_a_list_cut_by_two_columns_follows_one_and_holds_the_other(place: str, most: int, month: str) -> None:
    asked = pick("visits", "season", at="change", by="month", domain=f"place={place}", most=most)
    assert [found.code for found in selection(*SEASON).several(asked, PLACE)] == [f"month={month}"]


def of(spec: StatementSpec, *rows: results.Result) -> dict[str, Any]:
    made = state(results.frame(rows, ["2003", "2006"]), [Asked("reach", "reach", "reach", [spec])], {}, PLACE)
    return {s.name: s for s in made}


def test_what_the_results_lack_altogether_is_not_said_where_it_is_optional() -> None:
    known = StatementSpec("near", "level", pick("within_5", "share"), optional=True)
    lacking = StatementSpec("far", "level", pick("within_20", "share"), optional=True)
    assert of(known, *DATES)["near"].verdict == "stated"
    assert of(lacking, *DATES) == {}


def test_a_list_of_indicators_is_there_where_another_than_those_left_out_is() -> None:
    each = pick("", "share", by="indicator", without=("within_5",))
    spec = StatementSpec("each", "list", each, each="level", optional=True)
    assert of(spec, *DATES) == {}
    other = number("share", 0.5, indicator="within_20", wave="2006")
    assert "each" in of(spec, *DATES, other)


@pytest.mark.parametrize(("dates", "named"), [(DATES, True), (DATES[1:], False)])
def test_a_level_is_set_against_the_first_date_only_where_there_are_several(dates: Any, named: bool) -> None:
    spec = StatementSpec("near", "level", pick("within_5", "share"), {"before": pick("within_5", "share", at="first")})
    made = of(spec, *dates)["near"]
    assert ("before" in made.arguments) == named
    assert made.arguments["since"] == ("period", dates[0].period)
    assert made.arguments["wave"] == ("period", "2006-12-31")


def made(spec: StatementSpec, *rows: results.Result, units: tuple[str, ...] = ()) -> Any:
    table = results.frame(rows, ["2003", "2006"])
    hidden = table["estimate"] < 0
    table.loc[hidden, ["quality", "reason"]] = ["suppress", "c"]
    asked = Asked("reach", "reach", "reach", [spec], None, ["2003", "2006"])
    (found,) = [s for s in state(results.blank(table, hidden), [asked], {}, PLACE, units) if s.place == PLACE]
    return found


def test_a_list_by_unit_has_an_item_a_unit_that_something_is_known_of() -> None:
    spec = StatementSpec("places", "groups", pick("within_5", "share", by=UNIT), each="level", of="whole")
    rows = [number("share", s, territory_level="pays", territory=c, wave="2006") for c, s in (("01", 0.8), ("02", -1))]
    found = made(spec, number("share", 0.7, wave="2006"), *rows, units=("pays=01", "pays=02", "pays=03"))
    assert [(i.place, i.verdict) for i in found.items] == [("pays=01", "stated"), ("pays=02", "withheld")]
    assert found.items[0].arguments["here"] == ("place", "pays=01")


def test_an_argument_cut_as_the_list_is_that_of_the_same_item() -> None:
    spec = StatementSpec(
        "by_age",
        "groups",
        pick("within_5", "share", by="age"),
        {"wanted": pick("goal", "share", by="age")},
        each="level",
        of="whole",
    )
    rows = [
        number("share", s, indicator=i, wave="2006", domain={"age": a})
        for i, s in (("within_5", 0.8), ("goal", 0.9))
        for a in ("15-24", "60+")
    ]
    found = made(spec, *rows)
    assert [i.arguments["wanted"][1].rpartition("/")[2] for i in found.items] == ["age=15-24", "age=60+"]


def test_a_model_stands_in_for_an_item_that_is_hidden() -> None:
    spec = StatementSpec(
        "places",
        "groups",
        pick("within_5", "share", by=UNIT),
        {"model": pick("within_5", "share", method="eblup")},
        each="level",
        of="whole",
    )
    rows = [number("share", -1, territory_level="pays", territory="01", wave="2006")]
    rows += [number("share", 0.7, method="eblup", territory_level="pays", territory="01", wave="2006")]
    found = made(spec, number("share", 0.7, wave="2006"), *rows, units=("pays=01",))
    assert [i.verdict for i in found.items] == ["modelled"]
    assert found.verdict == "some"


def test_a_level_set_against_a_hidden_one_is_withheld_for_its_reason() -> None:
    spec = StatementSpec("near", "against", pick("within_5", "share"), {"against": pick("chance", "share")}, of="whole")
    found = made(
        spec, number("share", 0.7, p_value=0.01, wave="2006"), number("share", -1, indicator="chance", wave="2006")
    )
    assert (found.verdict, found.arguments["reason"]) == ("withheld", ("reason", "c"))


@pytest.mark.parametrize(("most", "told"), [(1, ["pays=02", "pays=03"]), (-1, ["pays=01"])])
def test_a_list_by_unit_may_be_of_the_largest_and_those_that_may_be_larger_or_of_the_smallest(
    most: int, told: list[str]
) -> None:
    spec = StatementSpec("ends", "list", pick("within_5", "share", by=UNIT, most=most), each="level", of="whole")
    rows = [
        number("share", s, territory_level="pays", territory=c, wave="2006")
        for c, s in (("01", 0.2), ("02", 0.6), ("03", -1))
    ]
    found = made(spec, *rows, units=("pays=01", "pays=02", "pays=03"))
    assert [i.place for i in found.items] == told


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({"indicators": [{"name": "gov_yes", "question": "gov"}]}, {"net=1", "net=2", "net=3"}),
        ({"items": ["net"]}, {"gov=1"}),
        ({"items": True}, {"gov=1", "net=1", "net=2", "net=3"}),
        ({"items": None}, {"gov=1", "net=1", "net=2", "net=3"}),
        ({"indicators": [{"name": "never_moved", "question": "gov"}]}, {"gov=1", "net=1", "net=2", "net=3"}),
    ],
)
def test_the_change_of_an_answer_is_told_once(settings: dict[str, Any], left: set[str]) -> None:
    """A list of all changes leaves to another entry the questions whose change is that of its indicators or items."""
    shift = {"unit": "point", "inference": "sample", "wave": "2003..2006", "population": "inhabitants"}
    answers = (("gov", "1", 5.0), ("gov", "2", -5.0), ("net", "1", 2.0), ("net", "2", 1.0), ("net", "3", -3.0))
    rows = [
        number("shift", gap, analysis="profile", indicator=name, domain={name: code}, se=1.0, lower=gap - 2,
               upper=gap + 2, **shift)
        for name, code, gap in answers
    ]  # fmt: skip
    rows += [
        number("shift", 5.0, analysis="measures", indicator=name, se=1.0, lower=3.0, upper=7.0, **shift)
        for name in ("gov_yes", "net")
    ]
    others = StatementSpec(
        "others", "groups", Pick("", "shift", at="change", by="domain", population=""), each="change"
    )
    asked = [
        Asked("profile", "profile", "profile", [others], ("2003", "2006"), ["2003", "2006"]),
        Asked("prevalence", "measures", "measures", [], ("2003", "2006"), ["2003", "2006"], settings),
    ]
    [made] = state(results.frame(rows, ["2003", "2006"]), asked, {}, PLACE)
    assert {item.id.rpartition("/")[2].partition("@")[0] for item in made.items} == left
