"""The interval that a reader is left with is that of the linear programme, and the truth lies in it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pipeline.protect import Thresholds
from pipeline.protect.cells import cells_of, key_of
from pipeline.protect.equations import equations_of
from pipeline.protect.feasible import exposed, systems
from pipeline.protect.printed import printed
from pipeline.results import frame
from pipeline.results.quantity import VALUE, keys, parse
from tests.protect.conftest import share, visits


def components(rows, primary):
    """Return the components of a table whose rows at ``primary`` are confidential."""
    table = frame(rows)
    secret = np.isin(np.arange(len(table)), primary)
    cells = cells_of(printed(table).assign(exact=table["estimate"]), secret, secret, Thresholds())
    return systems(cells, equations_of(cells, Thresholds()))


def test_a_part_is_known_from_the_whole_and_the_other_parts():
    (system,) = components([visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")], [1])
    ((down, up),) = exposed(system, np.array([c.hidden for c in system.cells])).values()
    assert (down, up) == pytest.approx((0, 0), abs=1e-6)


def test_a_part_is_known_within_its_sum_when_two_are_hidden():
    rows = [visits(60, 20), visits(10, 2, "01"), visits(20, 8, "02"), visits(30, 10, "03")]
    (system,) = components(rows, [1, 2])
    assert exposed(system, np.array([c.hidden for c in system.cells])) == {}


def test_places_that_share_nothing_are_apart():
    other = [share({"sat": a}, 60, c) for a, c in ((1, 3), (2, 25), (3, 32))]
    assert len(components([visits(60, 20), visits(60, 20, "01"), *other], [1, 2])) == 2


def test_transposed_crosses_are_one_cell():
    one = share({"sat": 1}, 60, 5, age="a")
    other = share({"age": "a"}, 40, 5, sat="1")
    assert key_of(one.quantity.text)[0] == key_of(other.quantity.text)[0]


def test_of_a_model_no_sum_is_known():
    assert key_of("share{elaborate=#|age=a}[users;users;;region=53;wave=2003;adjusted]")[0] is None
    assert parse("share{a=1|a=*}[users;users;person;region=53;wave=2003;]")


def test_answers_that_overlap_the_codes_of_a_sum_are_its_parts():
    answers = {1: 30, 2: 30, 3: 33, 4: 5, 5: 2}
    rows = [share({"sat": a}, 100, c) for a, c in answers.items()]
    (system,) = components([*rows, share({"sat": [4, 5]}, 100, 7)], [3, 4])
    # answers 4 and 5 sum to what is printed: each lies between none and all of it
    truth = {round(c.value) for c in system.cells}
    assert truth == {30, 33, 5, 2, 7}
    assert set(exposed(system, np.array([c.hidden for c in system.cells]))) == set()


def test_groups_add_up_in_weights_not_in_heads():
    # 40 people of a heavy group, 160 of a light one: the whole is not the mean of heads
    told = {"a": (40, 20, 300.0), "b": (160, 8, 200.0)}
    of_groups = [replace(share({"sat": 1}, n, c, age=g), mass=m) for g, (n, c, m) in told.items()]
    p = sum(c / n * m for n, c, m in told.values()) / 500
    whole = replace(share({"sat": 1}, 200, 28), estimate=p, mass=500.0)
    (system,) = components([whole, *of_groups], [2])
    assert {round(c.size) for c in system.cells} == {200, 120, 80}
    assert system.least.tolist() == system.most.tolist() == [0.0]


def test_tables_that_were_seen_change_no_answer():
    answers = {1: 30, 2: 30, 3: 33, 4: 5, 5: 2}
    rows = [share({"sat": a}, 100, c) for a, c in answers.items()]
    rows += [share({"sat": a}, 50, c / 2, age=g) for g in "ab" for a, c in answers.items()]
    (system,) = components(rows, [3, 4])
    every = np.array([c.hidden for c in system.cells])
    first = {tuple(h): exposed(system, h) for h in (every, np.ones_like(every), every)}
    assert len(system.seen) > 0
    for hidden, known in first.items():
        system.seen.clear()
        assert exposed(system, np.array(hidden)).keys() == known.keys()


def test_answers_that_units_tell_together_add_up_to_those_that_the_region_tells_one_by_one():
    whole = [share({"sat": a}, 100, c) for a, c in {1: 4, 2: 6, 3: 20, 4: 40, 5: 30}.items()]
    units = [
        share({"sat": codes}, n, c, unit)
        for unit, n, told in (("01", 60, (18, 24, 18)), ("02", 40, (12, 16, 12)))
        for codes, c in zip(([1, 2, 3], 4, 5), told, strict=True)
    ]
    (system,) = components([*whole, *units], [5])
    nothing = np.array([c.hidden for c in system.cells])
    # the unit's other answers are printed, and so are the region's and the other unit's 1-2-3: either way it is known
    assert len(exposed(system, nothing)) == 1
    of_unit = [i for i, c in enumerate(system.cells) if "pays=01" in c.quantity]
    others = nothing.copy()
    others[of_unit] = True
    assert len(exposed(system, others)) == 1
    others[[i for i, c in enumerate(system.cells) if "pays=02" in c.quantity and "sat=5|" not in c.quantity]] = True
    assert exposed(system, others) == {}


def test_a_mean_says_of_answers_told_together_what_their_scores_leave_open():
    told = {(1, 2, 3): 30, (4,): 40, (5,): 30}
    rows = [share({"sat": list(codes)}, 100, c) for codes, c in told.items()]
    of = rows[0].quantity
    mean = replace(of, stat="mean", numerator=keys({"sat": VALUE}))
    # 30 answers of 1 to 3, with a mean of 2
    row = replace(rows[0], measure="mean", unit="mean", estimate=3.7, se=0.01, quantity=mean, domain="")
    table = frame([*rows, row])
    cells = cells_of(printed(table).assign(exact=table["estimate"]), np.zeros(4, bool), np.zeros(4, bool), Thresholds())
    bounds = [e for e in equations_of(cells, Thresholds()) if any(k.kind == "mean" for k, _ in e.terms)]
    assert len(bounds) == 2
    for equation in bounds:
        found = sum(w * cells[k].value for k, w in equation.terms)
        assert equation.low <= found <= equation.high
        # by as much as the group's answers lie above 1 or under 3
        assert abs(found) == pytest.approx(30)
