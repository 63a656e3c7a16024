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
from pipeline.results.quantity import parse
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
