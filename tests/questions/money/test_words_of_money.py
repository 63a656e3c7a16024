"""Money from results to sentences: accounts over their whole time, payers of the plan, what is not declared unsaid."""

from typing import Any

import pytest

from pipeline.questions import money
from pipeline.questions.money.answer import Settings
from pipeline.questions.money.renewal import Renewal
from pipeline.results import Result
from tests.questions.made_up import UNIT
from tests.questions.saying import LANGUAGES, Told, hidden, row

LABELS = {
    "financer=region:said": {"fr": "Région", "en": "Region"},
    "financer=region:the": {"fr": "la Région", "en": "the Region"},
    "financer=region:de": {"fr": "de la Région", "en": "of the Region"},
    "financer=commune:the": {"fr": "les communes et groupements", "en": "the communes and groups"},
    "financer=commune:de": {"fr": "des communes et groupements", "en": "of the communes and groups"},
    "financer=commune:said": {"fr": "communes et groupements", "en": "communes and groups"},
    "cost_nature=staff:said": {"fr": "personnel", "en": "staff"},
    "population_year=2006:said": {"fr": "population de 2006", "en": "population of 2006"},
    "taxes=excluded": {"fr": "hors taxes", "en": "excluding tax"},
    "rule=phase2": {"fr": "Deuxième phase", "en": "Second phase"},
}
SETTINGS = {"period": [1998, 2006], "renewal": {"price_per_post": 1200}, "taxes": "excluded"}


def spent(measure: str, estimate: float, indicator: str = "spending", **fields: Any) -> Result:
    unit = "share" if measure == "share" else "euro"
    given = {"period": "1998..2006", "population": "expenditure", "unit": unit, **fields}
    return row("money", indicator=indicator, measure=measure, estimate=estimate, **given)


def counted(indicator: str, measure: str, estimate: float, unit: str = "count", **fields: Any) -> Result:
    given = {"period": "2006-12-31", "population": "spaces", "unit": unit, **fields}
    return row("money", indicator=indicator, measure=measure, estimate=estimate, **given)


ACCOUNTS = [
    spent("amount", 41_996_110.0),
    spent("amount", 5_719_723.0, period="2006"),
    spent("amount", 831_338.0, period="1998"),
    spent("amount", 5_496_391.0, domain={"financer": "region"}),
    spent("share", 0.13, domain={"financer": "region"}),
    spent("share", 0.59, domain={"financer": "commune"}),
    spent("share", 0.59, domain={"cost_nature": "staff"}),
    spent("euros", 6.641, "leverage"),
    spent("share", 0.479, "aid"),
    spent("share", 0.3905, "remaining"),
    spent("per_inhabitant", 1.776, domain={"financer": "region", "population_year": 2006}),
    spent("per_inhabitant", 13.57, domain={"population_year": 2006}),
    spent("amount", 1_149_901.0, territory_level="pays", territory="01"),
    spent("amount", 133_171.0, "aid_all", territory_level="pays", territory="01"),
]
DECLARED = [
    spent("per_visit", 5.967, "unit_cost", period="2006", domain={"costs": "current"}),
    spent("spaces", 225.0, "unit_cost", period="2006", unit="count"),
    spent("per_training_hour", 12.14, "unit_cost", period="2006", domain={"allocation": "everything"}),
    spent("per_training_hour", 3.656, "unit_cost", period="2006", domain={"allocation": "declared"}),
    counted("renewal", "cost", 1_874_400.0, "euro"),
    counted("renewal", "posts", 1562.0),
    counted("renewal", "spaces", 215.0),
    counted("renewal", "aid_payable", 189_600.0, "euro", domain={"rule": "phase2"}),
    counted("label_criteria", "labelled", 39.0, domain={"criterion": "all"}, n=43.0),
    counted("label_criteria", "others", 1.0, domain={"criterion": "all"}),
]


def told(rows: list[Result] | None = None, settings: dict[str, Any] | None = None, **changes: Any) -> Told:
    return Told("money", [*ACCOUNTS, *DECLARED] if rows is None else rows, settings or SETTINGS, LABELS, **changes)


def test_defaults_are_those_of_the_analysis() -> None:
    assert money.DEFAULTS["payer"] == Settings.model_fields["payer"].default
    assert money.DEFAULTS["holders"] == Settings.model_fields["holders"].default
    assert money.DEFAULTS["renewal"]["years"] == Renewal.model_fields["years"].default  # type: ignore[index]


def test_the_whole_of_the_accounts_is_told_not_one_of_their_years() -> None:
    assert told().say("spending", "financers", "leverage") == (
        "De 1998 à 2006, le programme a coûté 42 M€ hors taxes, d'après les comptes, dont 5,5 M€ à la charge de la"
        " Région. Les financeurs sont, par ordre d'importance : communes et groupements (59 %) et"
        " Région (13 %). Pour un euro versé par la Région, les autres financeurs en ont apporté"
        " 6,64 € : c'est un constat comptable, qui ne dit pas ce que les autres auraient dépensé sans cet euro."
    )


def test_another_payer_is_the_one_of_the_plan() -> None:
    text = told(settings={**SETTINGS, "payer": "commune"}).say("leverage", lang="en")
    assert text.startswith("For one euro paid by the communes and groups, the other funders")


def test_accounts_of_one_year_are_told_of_that_year() -> None:
    rows = [spent("amount", 90_000.0, period=p) for p in ("2006", "2006..2006")]
    made = told(rows, {"period": [2006, 2006]})
    # whether the amounts hold taxes is said only where the plan says it
    assert made.say("spending") == "En 2006, le programme a coûté 90 000 €, d'après les comptes."


def test_what_the_plan_does_not_declare_stays_unsaid() -> None:
    verdicts = told(ACCOUNTS, {"period": [1998, 2006]}).verdicts()
    assert not {"visit", "hour", "hour_bound", "renewal", "rules", "criteria"} & set(verdicts)


def test_the_price_and_the_age_that_a_renewal_supposes_are_told() -> None:
    assert told().say("renewal") == (
        "Au 31 décembre 2006, 215 espaces ouverts avaient un matériel de 5 ans ou plus, soit 1 562 postes. Au prix"
        " supposé de 1 200 € le poste, remplacer ce matériel coûterait 1,9 M€ hors taxes."
    )
    assert "« Deuxième phase », 190 000 €" in told().say("rules")


def test_the_criteria_of_the_label_are_told_of_those_where_they_are_known() -> None:
    text = told().say("criteria")
    assert (
        "39 des 43 espaces labellisés encore ouverts les remplissent tous ; 1 espace non labellisé les remplit" in text
    )


def test_a_sheet_tells_what_was_spent_there() -> None:
    assert told().say("here", place=UNIT) == (
        "De 1998 à 2006, les dépenses du programme dans le pays d'Auray ont été de 1,1 M€ hors taxes, d'après les"
        " comptes, dont 133 000 € à la charge de la Région."
    )


def test_a_hidden_cost_says_why() -> None:
    table = told().table
    made = Told("money", hidden(table, table["measure"] == "per_visit"), SETTINGS, LABELS)
    assert made.say("visit").startswith("Le coût d'une visite n'est pas donné : les réponses sont trop peu nombreuses")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_can_be_filled(lang: str) -> None:
    assert any(told().everything(lang))


def test_a_payer_that_holds_the_project_is_said_to_hold_it_and_leaves_nothing_to_holders() -> None:
    both = {**SETTINGS, "payer": "commune", "holders": "commune"}
    text = told([spent("amount", 360_000.0), spent("share", 0.75, "own")], both)
    assert text.say("own_investment").startswith("Le projet est porté par les communes et groupements : ")
    with pytest.raises(KeyError):
        text.say("investment")


def test_funding_is_told_as_received_and_receipts_as_taken_neither_as_a_cost() -> None:
    granted = [
        spent("amount", 240_000.0, "funding", population="funding"),
        spent("amount", 90_000.0, "funding", population="funding", domain={"financer": "region"}),
        spent("euros", 1.667, "leverage", population="funding"),
    ]
    made = told(granted, {"period": [1998, 2006]})
    assert made.say("funding", "leverage") == (
        "De 1998 à 2006, le programme a reçu 240 000 € de financements, dont 90 000 € de la Région. Ces montants sont"
        " ceux que les financeurs ont versés ; ils ne disent pas à quoi ils ont été dépensés. Pour un euro versé par"
        " la Région, les autres financeurs en ont apporté 1,67 € : c'est un constat comptable, qui ne dit pas ce que"
        " les autres auraient dépensé sans cet euro."
    )
    assert not {"spending", "receipts"} & set(made.verdicts())
    taken = told([spent("amount", 23_054.0, "receipts", population="receipts")], {"period": [1998, 2006]})
    assert taken.say("receipts").startswith(
        "De 1998 à 2006, le programme a encaissé 23 100 € de recettes. C'est ce que"
    )
    assert not {"spending", "funding"} & set(taken.verdicts())
