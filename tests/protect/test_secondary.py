"""Nothing confidential can be worked out from what is shown, and no more is hidden than that takes."""

from __future__ import annotations

import dataclasses
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse
from scipy.optimize import linprog

from pipeline.protect import Thresholds, protect, secondary
from pipeline.protect.cells import Cell, Key
from pipeline.protect.feasible import System, exposed
from pipeline.protect.printed import printed
from pipeline.protect.secondary import choose, choose_all
from pipeline.protect.stage import decide
from pipeline.results import frame
from pipeline.results.quantity import Where, difference, ratio
from tests.protect.conftest import share, visits


def fates(*rows):
    """Return the territory, domain and fate of every row."""
    out, _ = protect(frame(rows))
    return {(r.territory, r.domain): r.reason for r in out.itertuples()}


def test_the_other_answer_of_two_is_hidden_with_the_one_few_people_gave():
    rows = [share({"sex": s}, 1206, c, age="a") for s, c in ((1, 1200), (2, 6))]
    rows += [share({"sex": s}, 3000, c) for s, c in ((1, 2000), (2, 1000))]
    assert set(fates(*rows).values()) == {"", "c"}
    assert [r for (_, d), r in fates(*rows).items() if "age" in d] == ["c", "c"]


def test_an_answer_nobody_can_tell_from_rounded_neighbours_hides_nothing_else():
    # four answers printed to one point of 900 people leave the fifth between 0 and 23 people
    answers = {1: 6, 2: 160, 3: 200, 4: 260, 5: 274}
    told = fates(*(share({"sat": a}, 900, c) for a, c in answers.items()))
    assert list(told.values()) == ["c", "", "", "", ""]


def test_satisfied_is_answers_4_and_5():
    answers = {1: 30, 2: 30, 3: 33, 4: 5, 5: 2}
    rows = [share({"sat": a}, 100, c) for a, c in answers.items()]
    rows.append(share({"sat": [4, 5]}, 100, 7))
    told = fates(*rows)
    assert told[("53", "answer=4+5")] == "c"


def test_one_hidden_unit_takes_a_second_with_it_and_never_the_whole():
    rows = [visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")]
    told = {code: reason for (code, _), reason in fates(*rows).items()}
    assert told["53"] == ""
    assert told["01"] == "c"
    assert sorted(told.values()) == ["", "", "c", "c"]


def test_a_new_unit_with_one_space_hides_details_and_never_the_total():
    rows = [visits(1000, 20), visits(900, 19, "01"), visits(100, 1, "02")]
    rows += [visits(v, 20, band=b) for b, v in (("young", 600), ("old", 400))]
    rows += [visits(v, s, c, b) for c, b, v, s in (("01", "young", 540, 19), ("01", "old", 360, 19))]
    rows += [visits(v, 1, "02", b) for b, v in (("young", 60), ("old", 40))]
    told = fates(*rows)
    assert {k: r for k, r in told.items() if k[0] == "53"} == {
        ("53", ""): "",
        ("53", "age_band=young"): "",
        ("53", "age_band=old"): "",
    }
    assert all(r == "c" for (code, _), r in told.items() if code == "02")


def test_what_the_units_leave_of_the_whole_is_a_cell_like_any_other():
    """One space lies in no unit: its visits are the whole less the units'."""
    rows = [visits(1000, 21), visits(450, 10, "01"), visits(510, 10, "02"), visits(40, 1, "", contributors=1)]
    told = {code: reason for (code, _), reason in fates(*rows).items()}
    assert told[""] == "c"
    assert told["53"] == ""
    assert "c" in (told["01"], told["02"])


def test_a_rest_that_nobody_counts_is_one_too_where_it_is_of_few_spaces():
    units = [visits(450, 10, "01"), visits(510, 10, "02")]
    one, three = ({c: r for (c, _), r in fates(visits(1000, s, largest_share=0.03), *units).items()} for s in (21, 23))
    assert one["53"] == ""
    assert "c" in (one["01"], one["02"])
    assert set(three.values()) == {""}


def test_a_rest_that_one_space_may_dominate_is_not_told():
    units = [visits(450, 10, "01"), visits(510, 10, "02")]
    told = fates(visits(1000, 23, largest_share=0.2), *units)
    assert told[("53", "")] == ""
    assert list(told.values()).count("c") == 1


def test_what_groups_leave_is_of_as_many_spaces_as_it_takes():
    """Every space has visits of every age: how many did not tell the age of some of them is not counted."""
    bands = [visits(450, 20, band="young"), visits(510, 20, band="old")]
    few, many = (fates(visits(1000, 20, largest_share=s), *bands) for s in (0.02, 0.012))
    assert few[("53", "")] == ""
    assert list(few.values()).count("c") == 1
    assert set(many.values()) == {""}


def test_a_count_that_is_hidden_is_not_told_in_another_way():
    def completed(row):
        how = dataclasses.replace(row.quantity, method="completed")
        return dataclasses.replace(row, method="completed", quantity=how)

    rows = [visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")]
    out = protect(frame([*rows, completed(rows[2]), completed(rows[3])]))[0]
    fates_of = out.groupby("territory")["reason"].agg(set)
    assert fates_of["01"] == {"c"}
    assert sorted(map(sorted, fates_of[["02", "03", "53"]])) == [[""], [""], ["c"]]


def test_a_number_made_of_a_hidden_one_is_hidden():
    rows = [visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")]
    per = ratio(rows[1].quantity, rows[0].quantity)
    rows.append(visits(1.5, 2, "01", measure="per_space", unit="rate", quantity=per))
    assert set(protect(frame(rows))[0].set_index("territory").loc["01", "reason"]) == {"c"}


@st.composite
def tables(draw):
    """Visits by unit and band: amounts and spaces of every cell."""
    units, bands = draw(st.integers(2, 5)), draw(st.integers(2, 4))
    cell = st.tuples(st.integers(1, 500), st.integers(1, 12))
    return draw(st.lists(st.lists(cell, min_size=bands, max_size=bands), min_size=units, max_size=units))


def rows_of(cells):
    """Return rows of all cells, margins and the whole."""
    amounts = np.array([[a for a, _ in line] for line in cells])
    spaces = np.array([[s for _, s in line] for line in cells])
    rows = [visits(amounts.sum(), spaces.sum())]
    rows += [visits(a, s, band=f"b{j}") for j, (a, s) in enumerate(zip(amounts.sum(0), spaces.sum(0), strict=True))]
    for i, (line, units) in enumerate(zip(amounts, spaces, strict=True)):
        rows.append(visits(line.sum(), units.sum(), f"u{i}"))
        rows += [visits(a, s, f"u{i}", f"b{j}") for j, (a, s) in enumerate(zip(line, units, strict=True))]
    return frame(rows), amounts.shape


def known_width(out, shape, position):
    """Return the width of the interval of one cell, by a programme of its own over the inner cells."""
    units, bands = shape
    inner, told = units * bands, []
    sums = []
    for row in out.itertuples():
        if np.isnan(row.estimate):
            continue
        of = np.ones((units, bands))
        if row.territory != "53":
            of[[i for i in range(units) if f"u{i}" != row.territory]] = 0
        if row.domain:
            of[:, [j for j in range(bands) if f"age_band=b{j}" != row.domain]] = 0
        sums.append(of.ravel())
        told.append(row.estimate)
    aim = position.ravel().astype(float)
    rows = np.array(sums) if sums else None
    ends = [linprog(s * aim, A_eq=rows, b_eq=told or None, bounds=[(0, None)] * inner) for s in (1, -1)]
    return np.inf if ends[1].status == 3 else -ends[1].fun - ends[0].fun


@settings(max_examples=5, deadline=None)
@given(tables())
def test_no_confidential_count_is_known_within_a_tenth_by_another_programme(cells):
    table, shape = rows_of(cells)
    out, _ = protect(table)
    secret = table[np.isin(decide(table, printed(table), Thresholds()).reason, ["c"])]
    for row in secret.itertuples():
        place = np.ones(shape, dtype=bool)
        if row.territory != "53":
            place &= np.array([f"u{i}" == row.territory for i in range(shape[0])])[:, None]
        if row.domain:
            place &= np.array([f"age_band=b{j}" == row.domain for j in range(shape[1])])[None, :]
        assert known_width(out, shape, place) >= 0.1 * row.estimate * (1 - 1e-6)


@pytest.mark.parametrize("seed", [1, 2])
def test_names_and_order_of_analyses_change_nothing_that_is_hidden(seed):
    rng = np.random.default_rng(seed)
    rows = [share({"sat": a}, 60, c, age=g) for g in "ab" for a, c in ((1, 3), (2, 25), (3, 32))]
    rows += [share({"sat": a}, 120, c) for a, c in ((1, 6), (2, 50), (3, 64))]
    table = frame(rows)
    plain = protect(table)[0].set_index("quantity")["reason"]
    other = table.assign(analysis="z", result_id="z" + table["result_id"]).sample(frac=1, random_state=rng)
    assert protect(other)[0].set_index("quantity")["reason"].sort_index().equals(plain.sort_index())


def test_an_unrelated_analysis_changes_nothing_elsewhere():
    rows = [visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")]
    alone = fates(*rows)
    other = [share({"sat": a}, 60, c) for a, c in ((1, 3), (2, 25), (3, 32))]
    both = protect(frame([*rows, *other]))[0]
    both = both[both["analysis"] == "attendance"]
    assert {(r.territory, r.domain): r.reason for r in both.itertuples()} == alone


def test_what_is_hidden_does_not_depend_on_who_works_it_out(monkeypatch):
    rows = [visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")]
    table = frame([*rows, *(share({"sat": a}, 60, c) for a, c in ((1, 3), (2, 25), (3, 32)))])
    alone, _ = protect(table)
    shared = []
    plain = ProcessPoolExecutor.submit
    monkeypatch.setattr(ProcessPoolExecutor, "submit", lambda *asked: (shared.append(asked[1]), plain(*asked))[1])
    monkeypatch.setattr(secondary, "_MANY", 0)
    together, _ = protect(table, workers=2)
    assert shared == [choose, choose_all]
    assert together["reason"].tolist() == alone["reason"].tolist()
    assert "c" in set(alone["reason"])


def test_a_difference_does_not_tell_what_its_levels_hide():
    """A unit and the rest of the whole: the gap follows the unit, and a shown one narrows the others."""
    rows = [share({"a": 1}, 900, 450), *(share({"a": 1}, 300, c, u) for u, c in (("01", 5), ("02", 245), ("03", 200)))]
    unit, whole = rows[1].quantity, rows[0].quantity
    rest = dataclasses.replace(unit, where=Where("pays", "01", rest=True))
    gap = share({"a": 1}, 300, 5, "01", gap="yes")
    rows.append(dataclasses.replace(gap, quantity=difference(unit, rest), unit="ratio", measure="less_rest"))
    out, _ = protect(frame(rows))
    assert set(out.loc[out["territory"] == "01", "reason"]) == {"c"}
    assert out.loc[out["quantity"] == whole.text, "reason"].tolist() == [""]


def test_what_the_answers_leave_of_a_base_is_wide_enough_in_shares_too():
    """Nine light answers of 400 weigh less than two: they are not left between none and those two."""
    answers = {3: (9, 0.004), 4: (190, 0.45), 5: (201, 0.546)}
    rows = [dataclasses.replace(share({"sat": a}, 400, c), estimate=p, se=0.008) for a, (c, p) in answers.items()]
    told = fates(*rows)
    assert told[("53", "answer=3")] == "c"
    assert list(told.values()).count("c") > 1


def test_classes_of_a_typology_sum_to_the_whole_that_has_no_class():
    """The class of few is the whole less the other classes, though only these name the typology they are of."""
    whole = share({"box": 1}, 264, 41)
    classes = {"1": (77, 19), "2": (126, 20), "3": (61, 2)}
    rows = [whole, *(share({"box": 1}, n, c, **{"class": k}) for k, (n, c) in classes.items())]
    for i, row in enumerate(rows[1:], 1):
        base = tuple(sorted((*row.quantity.base, ("class~a1", ("*",)))))
        rows[i] = dataclasses.replace(row, se=0.001, quantity=dataclasses.replace(row.quantity, base=base))
    told = fates(dataclasses.replace(whole, se=0.001), *rows[1:])
    assert told[("53", "answer=1/class=3")] == "c"
    assert sorted(told.values()) == ["", "", "c", "c"]


def test_two_respondents_cannot_be_open_by_three_and_stop_nothing():
    rows = [share({"sex": s}, 2, 1, age="a") for s in (1, 2)] + [share({"sex": s}, 2000, 1000) for s in (1, 2)]
    assert list(fates(*rows).values()) == ["c", "c", "", ""]
    assert set(fates(*rows[:2], share({"sex": [1, 2]}, 2, 2, age="a")).values()) == {"c"}


def test_what_was_printed_before_is_hidden_where_nothing_else_is_left():
    # the total of two was told roughly in an earlier edition, and finely in this one
    def cell(name, value, low, high, **more):
        key = Key("total", ("visits", name), "", None, ())
        return Cell(key, name, {"": np.inf}, value, low, high, rows=[0], **more)

    secret = cell("a", 10, 0, np.inf, primary=True, hidden=True, width=4.0)
    other = cell("b", 90, 90, 90, cost=1000.0, held=(90, 90))
    whole = cell("whole", 100, 100, 100, cost=1000.0, held=(97.0, 103.0))
    sums = sparse.csr_array(np.array([[1.0, 1.0, -1.0]]))
    system = System(
        [secret, other, whole], sums, np.zeros(1), np.zeros(1), np.array([0, 90, 97.0]), np.array([np.inf, 90, 103.0])
    )
    hidden = choose(system)
    assert hidden.tolist() == [True, False, True]
    assert exposed(system, hidden) == {}


def test_one_answer_of_a_scale_gives_way_before_who_is_satisfied_though_it_is_printed_twice():
    answers = {1: 55, 2: 35, 3: 23, 4: 7}
    rows = [share({"sat": a}, 120, c) for a, c in answers.items()]
    rows += [dataclasses.replace(r, analysis="closed") for r in rows]
    told = fates(*rows, share({"sat": [1, 2]}, 120, 90))
    assert told[("53", "answer=1+2")] == ""
    assert told[("53", "answer=4")] == told[("53", "answer=3")] == "c"


@pytest.mark.parametrize(
    "answers",
    [
        {1: 8, 2: 14, 3: 12, 4: 46},
        {4: 8, 1: 14, 2: 12, 3: 46},
        {1: 8, 4: 14, 3: 46, 2: 12},
        {1: 8, 2: 46, 3: 14, 4: 12},
    ],
)
def test_of_answers_that_protect_as_well_the_rarest_is_hidden(answers):
    told = fates(*(share({"q": a}, 80, c) for a, c in answers.items()))
    hidden = {answers[int(d.removeprefix("answer="))] for (_, d), reason in told.items() if reason == "c"}
    assert hidden == {8, 12}
