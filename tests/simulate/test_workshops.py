"""The simulated cycles are the visits to workshops of the attendance, and people come back as the truth says."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evaluation import load
from pipeline.simulate import draw_population
from pipeline.simulate.attendance import draw_attendance
from pipeline.simulate.workshops import draw_workshops, plant_in_cycles, workshop_truth

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def population():
    return draw_population(load("bretagne-cybercommunes", ROOT), scale=0.15)


@pytest.fixture(scope="module")
def attendance(population):
    return draw_attendance(population)


@pytest.fixture(scope="module")
def drawn(population, attendance):
    return draw_workshops(population, attendance, population.truth.workshops)


def test_trainee_hours_are_the_visits_to_workshops_times_the_length_of_a_meeting(population, attendance, drawn):
    visits = attendance[(attendance["activity"] == "workshop") & attendance["month"].str.startswith("2006")]
    expected = visits.groupby("site_id")["visits"].sum() * population.truth.workshops.hours_per_meeting
    cycles = drawn.cycles[drawn.cycles["starts"].dt.year == 2006]
    found = cycles.groupby("site_id")["training_hours"].sum()
    assert found.to_dict() == expected[expected > 0].to_dict()


def test_nobody_attends_more_meetings_than_a_cycle_has(population, drawn):
    asked = population.truth.workshops
    meetings = drawn.cycles["training_hours"] / asked.hours_per_meeting
    assert (meetings <= asked.meetings * drawn.cycles["enrolled"]).all()
    assert (drawn.cycles["attended"] <= drawn.cycles["enrolled"]).all()


def test_a_list_holds_every_seat_of_its_cycles_once(drawn):
    lists = drawn.enrolments
    seats = lists.groupby(["space_id", "starts"]).size()
    cycles = drawn.cycles[drawn.cycles["site_id"].isin(lists["space_id"])]
    expected = cycles.groupby(["site_id", "starts"])["enrolled"].sum()
    assert seats.to_dict() == expected.to_dict()
    assert not lists.duplicated(["participant", "starts"]).any()


def test_people_come_back_about_as_often_as_asked(population, drawn):
    asked = population.truth.workshops
    truth = workshop_truth(drawn, asked, "53").set_index("result_id")["value"]
    for year, share in asked.re_enrolment.items():
        # small spaces have no later cycle with a seat for some: fewer come back than would
        found = truth[f"workshops.re_enrolment.share/trainees/period={year}/region=53"]
        assert share - 0.12 < found < share + 0.03


def test_workshops_are_drawn_alike_every_time(population, attendance, drawn):
    again = draw_workshops(population, attendance, population.truth.workshops)
    assert again.cycles.equals(drawn.cycles)
    assert again.enrolments.equals(drawn.enrolments)


def test_planted_cycles_have_more_present_than_enrolled(drawn):
    made = plant_in_cycles(drawn, 0.01, 3)
    wrong = made.rows["attended"] > made.rows["enrolled"]
    assert list(made.rows.index[wrong]) == list(made.planted["position"])
    assert len(made.planted) == round(0.01 * len(drawn.cycles))
