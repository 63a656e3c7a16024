"""Sentences agree with their subject and never say more than the row."""

import math

import pytest

from pipeline.wording import sentences as s
from pipeline.wording.phrases import GROUPS, Predicate, quantity
from pipeline.wording.typography import apply

WANT = Predicate("souhaitent au moins un service élaboré", "souhaite au moins un service élaboré")
WANT_EN = Predicate("want at least one elaborate service")


def row(estimate, lower=math.nan, upper=math.nan, **more):
    base = {
        "population": "users",
        "quality": "publish",
        "reason": "",
        "p_value": math.nan,
        "p_adjusted": math.nan,
        "se": math.nan,
        "unit": "share",
    }
    return {**base, "estimate": estimate, "lower": lower, "upper": upper, **more}


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_level_is_said_as_in_the_glossary():
    text = s.level(row(0.48, 0.45, 0.52), WANT, when="2006")
    assert plain(text) == (
        "En 2006, près de la moitié des usagers (48 %, entre 45 % et 52 %) souhaitent au moins un service élaboré."
    )
    english = s.level(row(0.48, 0.45, 0.52), WANT_EN, when="2006", lang="en")
    assert english == "In 2006, nearly half of users (48%, between 45% and 52%) want at least one elaborate service."


def test_a_share_far_from_a_fraction_is_a_number_with_a_plural_verb():
    text = plain(s.level(row(0.43, 0.40, 0.46), WANT, when="2006", where="dans le pays de Vannes"))
    assert text == (
        "En 2006, dans le pays de Vannes, 43 % des usagers (entre 40 % et 46 %) souhaitent au moins un service élaboré."
    )


def test_one_in_five_takes_a_singular_verb():
    assert plain(s.level(row(0.2, 0.17, 0.23), WANT)) == (
        "Un usager sur cinq (20 %, entre 17 % et 23 %) souhaite au moins un service élaboré."
    )
    only_plural = Predicate("souhaitent un service")
    assert plain(s.level(row(0.2, 0.17, 0.23), only_plural)) == (
        "20 % des usagers (entre 17 % et 23 %) souhaitent un service."
    )


@pytest.mark.parametrize("percent", range(3, 98))
def test_fractions_are_said_only_within_two_points_and_the_majority_only_above_a_half(percent):
    share = percent / 100
    lower = share - 0.03
    words, _ = quantity(share, GROUPS["fr"]["users"], "fr", lower)
    fractions = {"dixième": 0.1, "sur dix": None, "quart": None, "tiers": None, "moitié": 0.5}
    if "moitié" in words:
        assert abs(share - 0.5) <= 0.0201
    if "majorité" in words or "plus de la moitié" in words:
        assert lower > 0.5
    if not any(f in words for f in (*fractions, "sur cinq", "quarts", "majorité")):
        assert words.startswith(f"{percent}\u202f%")


def test_change_is_stated_with_its_interval_and_its_direction():
    up = s.change(row(9.4, 5.2, 13.6, unit="point"), since="2003")
    assert plain(up) == "Cette part a augmenté de 9 points depuis 2003 (entre + 5 et + 14 points)."
    down = s.change(row(-13.0, -18.2, -7.9, unit="point"), since="2003")
    assert plain(down) == "Cette part a diminué de 13 points depuis 2003 (entre − 18 et − 8 points)."


def test_an_insignificant_change_is_not_said_to_be_none():
    text = plain(s.change(row(1.1, -1.6, 3.8, unit="point"), since="2003"))
    assert text == ("Aucune évolution n'est décelée : si la part a bougé, c'est probablement de moins de 4 points.")


def test_the_adjusted_p_value_decides_before_the_interval():
    weak = row(5.0, 0.4, 9.6, unit="point", p_value=0.03, p_adjusted=0.12)
    assert not s.established(weak)
    assert s.established(row(5.0, 0.4, 9.6, p_value=0.03))


def test_groups_are_listed_without_ranking_them():
    rows = [row(5.8, -1.0, 12.0), row(10.1, 3.0, 17.0), row(15.4, 8.0, 22.0)]
    text = plain(s.by_group(rows, ["les 15-24 ans", "les 25-44 ans", "les 45-59 ans"]))
    assert text == (
        "Une hausse est décelée chez les 25-44 ans (+ 10 points) et chez les 45-59 ans (+ 15 points) ; "
        "aucune n'est décelée chez les 15-24 ans."
    )


def test_the_strongest_rise_takes_a_tested_difference():
    high, low = row(15.2, 9, 21), row(8.1, 4, 12)
    names = ("les 45 ans ou plus", "les moins de 45 ans")
    told = plain(s.strongest(high, low, row(7.1, 1.2, 13.0), names))
    assert told == (
        "La hausse est la plus forte chez les 45 ans ou plus : + 15 points, contre + 8 points chez les moins de 45 ans."
    )
    assert "pourrait être dû au hasard" in s.strongest(high, low, row(7.1, -1.2, 15.0), names)


def test_a_weak_gap_is_possibly_chance():
    assert plain(s.gap(row(6.0, -2, 14), "dans le pays de Vannes")) == (
        "La part semble plus élevée dans le pays de Vannes, mais l'écart avec le reste de la région pourrait être dû "
        "au hasard de l'échantillon."
    )
    assert plain(s.gap(row(-8.0, -14, -2), "dans le pays de Redon et Vilaine")) == (
        "La part est plus faible dans le pays de Redon et Vilaine que dans le reste de la région : − 8 points "
        "(entre − 14 et − 2 points)."
    )


def test_visits_are_told_apart_from_persons():
    text = s.visits_against_persons(row(0.24), row(0.30), "les usagers de moins de 25 ans")
    assert plain(text) == (
        "Les usagers de moins de 25 ans représentent 24 % des usagers mais 30 % des visites, "
        "car ils viennent plus souvent que les autres."
    )


@pytest.mark.parametrize(("visits", "se"), [(0.25, 0.001), (0.28, 0.03)])
def test_shares_of_visits_and_users_that_are_close_say_nothing_of_assiduity(visits, se):
    users = row(0.24) | {"se": se}
    text = plain(s.visits_against_persons(users, row(visits), "les usagers de moins de 25 ans"))
    assert f"24 % des usagers et {100 * visits:.0f} % des visites" in text
    assert "souvent" not in text


def test_what_is_not_detected_is_denied_group_by_group():
    rows = [row(1, -3, 5), row(2, -2, 6), row(11, 4, 18)]
    text = plain(s.by_group(rows, ["les 15-24 ans", "les 25-44 ans", "les 45-59 ans"]))
    assert text.endswith("; aucune n'est décelée ni chez les 15-24 ans ni chez les 25-44 ans.")


def test_satisfaction_opposes_an_earlier_level_only_when_the_shift_is_established():
    now, before = row(0.55, 0.52, 0.58), row(0.68, 0.65, 0.71)
    told = s.satisfaction(now, "du matériel", previous=before, shift=row(-13, -17, -9), since="2003")
    assert plain(told) == "La majorité des usagers (55 %) sont satisfaits du matériel, contre 68 % en 2003."
    unsure = s.satisfaction(now, "du matériel", previous=before, shift=row(-3, -7, 1), since="2003")
    assert plain(unsure).endswith("satisfaits du matériel, sans évolution décelable depuis 2003.")
    nine = s.satisfaction(row(0.90, 0.88, 0.92), "de l'accueil")
    assert plain(nine) == "Neuf usagers sur dix (90 %) sont satisfaits de l'accueil."


def test_counts_evolve_without_interval():
    assert plain(s.evolution(row(-0.09, unit="ratio"), first="2003", last="2006")) == (
        "À espaces et mois comparables, la fréquentation a reculé de 9 % entre 2003 et 2006."
    )
    assert plain(s.evolution(row(0.0004), first="2003", last="2006")).startswith(
        "À espaces et mois comparables, la fréquentation est stable"
    )


@pytest.mark.parametrize(
    "write",
    [
        lambda r: s.level(r, WANT),
        lambda r: s.change(r, since="2003"),
        lambda r: s.gap(r, "dans ce pays"),
        lambda r: s.satisfaction(r, "du matériel"),
        lambda r: s.evolution(r, first="2003", last="2006"),
        lambda r: s.by_group([r], ["les 15-24 ans"]),
        lambda r: s.visits_against_persons(r, row(0.3), "les jeunes"),
    ],
)
def test_a_suppressed_row_yields_no_number(write):
    hidden = row(math.nan, quality="suppress", reason="ns_n")
    text = write(hidden)
    assert text.startswith("Trop peu de réponses")
    assert not any(c.isdigit() for c in text)


def test_sentences_already_hold_french_spacing():
    for text in (
        s.level(row(0.48, 0.45, 0.52), WANT, when="2006"),
        s.change(row(9.4, 5.2, 13.6), since="2003"),
        s.change(row(1.1, -1.6, 3.8), since="2003"),
        s.gap(row(-8.0, -14, -2), "dans ce pays"),
        s.coverage(row(0.96)),
    ):
        assert apply(text) == text


def test_questions_not_asked_are_said_so():
    assert s.not_asked("2003") == "Question non posée en 2003."


def test_a_wave_whose_name_is_no_year_is_said_to_be_a_wave():
    moved = plain(s.change(row(9.4, 5.2, 13.6, unit="point"), since="avant"))
    assert "depuis la vague avant" in moved
    assert plain(s.not_asked("avant")) == "Question non posée à la vague avant."
    assert s.since_wave("2003") == "depuis 2003"
    assert s.since_wave("before", "en") == "since wave before"
