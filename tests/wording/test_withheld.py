"""In place of a hidden number stands why it is hidden, and nothing of its value."""

import math

from pipeline.wording import withheld


def row(reason: str, quality: str = "suppress") -> dict[str, object]:
    return {"quality": quality, "reason": reason, "estimate": math.nan if quality == "suppress" else 0.4}


def test_a_sentence_says_where_which_result_and_why() -> None:
    assert withheld.sentence([row("ns_n")]) == "Trop peu de réponses pour publier un résultat."
    here = "dans le pays de Vannes"
    assert withheld.sentence([row("c")], here) == (
        "Dans le pays de Vannes, le résultat est couvert par le secret statistique."
    )
    assert withheld.sentence([row("np_width")], here, about="la part des satisfaits") == (
        "Dans le pays de Vannes, la part des satisfaits n'est pas publiée (estimation trop imprécise)."
    )


def test_confidentiality_is_said_before_other_reasons_and_a_published_row_has_none() -> None:
    assert withheld.sign_of([row("ns_n"), row("c"), row("np_width")]) == "c"
    assert withheld.sign_of([row("np_width"), row("model", "caution")]) == "np"
    assert withheld.sign_of([]) == "ns"
