"""In place of a hidden number stands why it is hidden, and nothing of its value."""

import math

from pipeline.wording import withheld


def row(reason: str, quality: str = "suppress") -> dict[str, object]:
    return {"quality": quality, "reason": reason, "estimate": math.nan if quality == "suppress" else 0.4}


def test_confidentiality_is_said_before_other_reasons_and_a_published_row_has_none() -> None:
    assert withheld.sign_of([row("ns_n"), row("c"), row("np_width")]) == "c"
    assert withheld.sign_of([row("np_width"), row("model", "caution")]) == "np"
    assert withheld.sign_of([]) == "ns"
