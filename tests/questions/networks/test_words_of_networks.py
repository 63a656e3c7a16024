"""Cooperation from results to sentences: counts among respondents, estimates for all, nothing that was not asked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.results import Result
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "type=facilitator": {"fr": "Animateurs et animatrices", "en": "Facilitators"},
    "kind=referral": {"fr": "Orientation de publics", "en": "Referral of people"},
    "kind=means": {"fr": "Prêt de matériel", "en": "Loan of equipment"},
    "skill=repair": {"fr": "Entretien du parc", "en": "Upkeep"},
    "skill=web": {"fr": "Publier", "en": "Publishing"},
    "networks:reference": {"fr": "référentiel fictif", "en": "a fictitious reference"},
}
SETTINGS = {"central": "facilitator"}


def told_of(indicator: str, measure: str, estimate: float, unit: str = "count", **fields: Any) -> Result:
    """Return a count among respondents."""
    given = {"population": "respondents", "wave": "2006", **fields}
    return row("networks", indicator=indicator, measure=measure, estimate=estimate, unit=unit, **given)


def estimated(indicator: str, measure: str, estimate: float, half: float, unit: str, **fields: Any) -> Result:
    """Return an estimate for all actors of the list."""
    given = {"population": "actors", "wave": "2006", "inference": "model", **fields}
    return row("networks", indicator=indicator, measure=measure, estimate=estimate, half=half, unit=unit, **given)


BETWEEN = "2003..2006"
ROWS = [
    told_of("actors", "answered", 0.78, "share", population="records"),
    told_of("actors", "listed", 214, population="actors"),
    told_of("ties", "declared", 1174),
    told_of("ties", "among", 899),
    estimated("partners", "mean", 4.6, 0.3, "mean", wave="2003"),
    estimated("partners", "mean", 6.6, 0.4, "mean"),
    estimated("partners", "mean_shift", 2.1, 0.8, "mean", wave=BETWEEN, p_value=0.001),
    estimated("reciprocity", "share", 0.22, 0.03, "share"),
    estimated("reciprocity", "shift", -2.0, 11.0, "point", wave=BETWEEN, p_value=0.69),
    told_of("same_unit", "share", 0.72, "share", p_value=0.002),
    told_of("same_unit", "by_chance", 0.2, "share"),
    told_of("received", "gap_to_others", 4.1, "mean", p_value=0.002),
    told_of("received", "central", 8.1, "mean"),
    told_of("received", "others", 4.0, "mean"),
    told_of("kinds", "declared", 0.42, "share", domain={"kind": "referral"}),
    told_of("kinds", "declared", 0.58, "share", domain={"kind": "means"}),
    told_of("cohesion", "bridges", 7),
    told_of("cohesion", "brokers", 1),
    told_of("cohesion", "largest", 159),
    told_of("cohesion", "isolated", 1),
    told_of("skills", "reached_overall", 1),
    told_of("skills", "listed", 2),
    estimated("skills", "to_reference", 5.0, 2.0, "point", domain={"skill": "repair"}),
    estimated("skills", "to_reference", 1.0, 4.0, "point", domain={"skill": "web"}),
    told_of("density_bounds", "share", 0.033, "share", lower=0.026, upper=0.25),
    told_of("reciprocity_bounds", "share", 0.22, "share", lower=0.02, upper=0.81),
    told_of("ties", "kept", 0.58, "share", wave=BETWEEN),
    told_of("ties", "new", 0.6, "share", wave=BETWEEN),
    told_of("persistence", "index", 0.47, "ratio", wave=BETWEEN, p_value=0.002),
    told_of("density", "pair_change", 1.2, "point", wave=BETWEEN, p_value=0.002),
]


def told(rows: list[Result] | None = None, **changes: Any) -> Told:
    return Told("networks", ROWS if rows is None else rows, **{"settings": SETTINGS, "labels": LABELS, **changes})


def changed(indicator: str, measure: str, **fields: Any) -> list[Result]:
    """Return the rows with other numbers in one of them."""
    return [replace(r, **fields) if (r.indicator, r.measure) == (indicator, measure) else r for r in ROWS]


def test_who_answered_is_told_with_what_nonresponse_hides() -> None:
    text = told().say("answered")
    assert text.startswith("En 2006, 78 % des 214 acteurs de la liste ont répondu")
    assert "1 174 coopérations ont été déclarées, dont 899 entre répondants. Un acteur qui n'a pas répondu" in text


def test_partners_are_an_estimate_and_their_change_is_that_of_the_levels() -> None:
    assert told().say("partners", "partners_change") == (
        "En 2006, un acteur déclare coopérer en moyenne avec 6,6 autres (entre 6,2 et 7,0). Un acteur déclarait"
        " en moyenne 4,6 partenaires en 2003. Le nombre de partenaires par acteur a"
        " augmenté de 2,1 (entre + 1,3 et + 2,9)."
    )
    assert "it is probably by less than 2.9" in told(changed("partners", "mean_shift", p_value=0.4)).say(
        "partners_change", lang="en"
    )


@pytest.mark.parametrize(
    ("share", "p", "verdict"), [(0.72, 0.002, "higher"), (0.1, 0.002, "lower"), (0.25, 0.3, "undetected")]
)
def test_ties_within_a_unit_are_set_against_chance_both_ways(share: float, p: float, verdict: str) -> None:
    made = told(changed("same_unit", "share", estimate=share, p_value=p))
    assert made.verdicts()["same_unit"] == verdict
    assert "20 %" in made.say("same_unit")
    assert "5 %" in made.say("same_unit")


def test_the_type_expected_at_the_centre_is_named_as_the_plan_says() -> None:
    assert (
        told().say("central").startswith("Au centre de ce réseau : les acteurs du type « Animateurs et animatrices »")
    )
    assert told(changed("received", "gap_to_others", estimate=-2.0)).say("central").startswith("En marge de ce réseau")


def test_one_bridge_one_broker_and_one_isolated_actor_agree() -> None:
    assert told(changed("cohesion", "bridges", estimate=1)).say("bridges") == (
        "Le réseau des répondants compte 1 pont, coopération dont la perte isolerait une partie des acteurs, et"
        " 1 acteur charnière, dont le départ aurait cet effet. Plus les ponts sont nombreux, plus le départ d'une"
        " seule personne fragilise l'ensemble. Répondants reliés de proche en proche : 159. Sans lien avec aucun"
        " autre : 1."
    )


def test_skills_are_told_above_and_below_by_their_interval_and_counted_without_it() -> None:
    assert told().say("reached", "skills") == (
        "Le nombre de compétences au niveau du référentiel est de 1 sur 2 en 2006, dans l'ensemble des pays étudiés."
        " Le référentiel fixe, pour chaque compétence, la part de ceux qui devraient la maîtriser (référentiel"
        " fictif). La part qui déclare maîtriser la compétence dépasse le niveau demandé pour « Entretien du parc »"
        " (+ 5 points). L'écart ne se distingue pas du hasard pour « Publier ». Chaque intervalle est lu à part, sans"
        " correction du nombre de compétences. Ces compétences sont déclarées par les intéressés, non vérifiées."
    )


def test_of_one_wave_without_skills_centre_or_kinds_nothing_is_missed() -> None:
    asked = ("skills", "kinds", "received")
    rows = [r for r in ROWS if r.wave == "2006" and r.indicator not in asked]
    made = told(rows, waves=["2006"], settings={})
    assert {"skills", "reached", "kinds", "central", "partners_change", "kept"} & set(made.verdicts()) == set()
    assert not [text for text in made.everything("fr") if "disponible" in text or "2003" in text]


def test_what_is_withheld_says_why_and_gives_no_number() -> None:
    table = told().table
    made = told(hidden(table, table["wave"] == "2006"))  # type: ignore[arg-type]
    names = [name for name, verdict in made.verdicts().items() if verdict == "withheld"]
    assert {"partners", "same_unit", "bridges", "reached"} <= set(names)
    for name in names:
        assert not set("0134789") & set(made.say(name)), name


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))


def test_a_network_without_a_bridge_is_not_told_to_count_none() -> None:
    said = told(changed("cohesion", "bridges", estimate=0)).say("bridges")
    assert said.startswith(
        "Dans le réseau des répondants, aucune coopération ne tient à elle seule une partie des acteurs"
    )
    assert " 0 " not in said.replace("\u202f", " ").replace("\u00a0", " ")
