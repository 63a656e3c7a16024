"""Payment from results to sentences: amounts of the last wave, whom they are about, what follows from the plan."""

from typing import Any

import pytest

from pipeline.questions import payment
from pipeline.questions.payment.settings import Settings
from pipeline.results import Result
from pipeline.state.statements import Declared
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    **{f"price={p}": {"fr": f"{p} €", "en": f"€{p}"} for p in (5, 10, 80)},
    "occupation=retired": {"fr": "Retraités", "en": "Retired"},
    "occupation=employed": {"fr": "En emploi", "en": "Employed"},
}
SETTINGS = {
    "prices": [80, 5, 10],
    "by": "occupation",
    "covariates": {"occupation": "employed", "visits_4w": None},
    "contrast": ["2003", "2006"],
}


def amount(measure: str, estimate: float, unit: str = "euro", half: float = 1.0, **fields: Any) -> Result:
    given = {"indicator": "subscription", "wave": "2006", **fields}
    return row("payment", measure=measure, estimate=estimate, unit=unit, half=half, **given)


def share(indicator: str, estimate: float, **fields: Any) -> Result:
    return amount("share", estimate, "share", 0.01, indicator=indicator, **fields)


def moved(measure: str, estimate: float, p: float, **fields: Any) -> Result:
    common = {"wave": "2003..2006", "p_value": p, "p_adjusted": p, "inference": "model", **fields}
    return amount(measure, estimate, "ratio", 0.08, **common)


ROWS = [
    amount("median", 22.0, wave="2003"),
    amount("median", 19.0),
    amount("median", 17.0, method="protest_refuses"),
    amount("median", 23.0, domain={"occupation": "retired"}),
    share("usable", 0.87),
    share("left_out", 0.06, domain={"left_out": "protest"}),
    share("left_out", 0.04, domain={"left_out": "dont_know"}),
    *(amount("acceptance", a, "share", 0.02, domain={"price": p}) for p, a in ((5, 0.89), (10, 0.73), (80, 0.1))),
    *(share("accept", a, domain={"price": p}) for p, a in ((10, 0.75), (5, 0.86), (80, 0.11))),
    *(amount("revenue", r, domain={"price": p}) for p, r in ((5, 4.4), (10, 7.3), (80, 7.0))),
    amount("exclusion", 0.08, "share", 0.02, domain={"occupation": "retired", "price": 5}),
    moved("evolution", -0.12, 0.003),
    moved("effect", 0.12, 0.001, domain={"visits_4w": "doubled"}),
    moved("effect", -0.02, 0.9, domain={"occupation": "retired"}),
    moved("effect", -0.02, 0.4, indicator="second_answer", wave="2006"),
]


def told(rows: list[Result] | None = None, **changes: Any) -> Told:
    return Told(
        "payment", ROWS if rows is None else rows, {**SETTINGS, **changes.pop("settings", {})}, LABELS, **changes
    )


def test_defaults_are_those_of_the_analysis() -> None:
    fields = Settings.model_fields
    assert payment.DEFAULTS["indicator"] == fields["indicator"].default
    assert payment.DEFAULTS["distribution"] == fields["distribution"].default


def test_the_median_and_its_change_open_the_chapter() -> None:
    assert told().say("median", "evolution") == (
        "En 2006, un usager sur deux accepterait de payer 19 € par an ou davantage (entre 18 € et 20 €), contre 22 € en"
        " 2003. Depuis 2003, les montants acceptés ont baissé de 12 % (entre − 20 % et − 4 %), sans tenir compte de la"
        " hausse des prix."
    )


@pytest.mark.parametrize(("p", "verdict"), [(0.003, "fall"), (0.4, "undetected")])
def test_a_change_is_told_only_when_it_is_detected(p: float, verdict: str) -> None:
    rows = [r for r in ROWS if r.measure != "evolution"]
    assert told([*rows, moved("evolution", -0.12, p)]).verdicts()["evolution"] == verdict


def test_those_left_out_are_told_and_what_they_would_change() -> None:
    assert told().say("usable", "left_out", "protests_refuse") == (
        "Ce montant est celui des usagers qui ont donné une réponse sur un prix, soit 87 % de l'ensemble. Les autres"
        " sont laissés hors du calcul : 6 % refusent le principe d'un paiement et 4 % ne savent pas. Si les refus de"
        " principe comptaient comme des refus de tout prix, le montant médian serait de 17 € (entre 16 € et 18 €)."
    )


def test_prices_are_those_of_the_plan_the_lowest_and_the_highest() -> None:
    assert told().say("cheapest", lang="en") == (
        "At €5 a year, 89% of users would subscribe (between 87% and 91%); at €80, only 10% would."
    )
    assert (
        told()
        .say("revenue")
        .startswith(
            "Des prix étudiés, la recette estimée est la plus haute à 10 € par an (7,30 € par usager), sans que"
        )
    )


def test_thresholds_are_told_beside_the_prices_that_have_one() -> None:
    declared = {"payment.accept.share/users/wave=2006/price=10": Declared(threshold=0.5)}
    assert "5 € (86 %) ; 10 € (75 %, plus de la moitié) ; 80 € (11 %)" in told(declared=declared).say("accept")


def test_differences_are_told_after_correction_and_against_the_categories_of_the_plan() -> None:
    assert told().say("effects") == (
        "Un montant plus élevé est décelé pour « Deux fois plus de visites » (+ 12 %, entre + 4 % et + 20 %) ; aucun"
        " écart n'est décelé pour « Retraités », à autres caractéristiques égales et compte tenu du nombre de"
        " comparaisons (catégories de référence : En emploi)."
    )


def test_what_one_price_alone_does_not_measure_stays_unsaid() -> None:
    single = [r for r in ROWS if r.indicator != "second_answer"]
    assert "second_answer" not in told(single).verdicts()
    assert told(settings={"by": None}).verdicts()["by_group"] == "empty"


def test_a_wave_in_which_nobody_was_asked_says_so() -> None:
    before = [r for r in ROWS if r.wave == "2003"]
    assert told(before).say("median") == "Question non posée en 2006."


def test_what_is_withheld_says_why_and_gives_no_number() -> None:
    table = told().table
    made = Told("payment", hidden(table, table["indicator"] == "subscription"), SETTINGS, LABELS)
    text = made.say("median")
    assert text.endswith("n'est pas donné : les réponses sont trop peu nombreuses pour publier un résultat.")
    assert "€" not in text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))


def test_another_programme_speaks_of_its_own_people() -> None:
    speaker = told().speaker("fr", {"person": {"one": "stagiaire", "many": "stagiaires", "gender": "f"}})
    found = {s.name: s for s in told().made}
    assert speaker.say([found["median"]]).startswith("En 2006, une stagiaire sur deux")
    assert "des stagiaires accepteraient" in speaker.say([found["cheapest"]])
