"""The fieldwork record: what is planned and not done yet says nothing of whether its space takes part."""

from __future__ import annotations

import pandas as pd

from pipeline.instrument import Instrument
from pipeline.weighting.fieldwork import Fieldwork

WORDED = {"fr": "Participe"}
QUESTIONS = [
    {
        "name": "participated",
        "wording": WORDED,
        "type": "single",
        "role": "participated",
        "codes": {"yes": {"fr": "oui"}, "no": {"fr": "non"}},
    },
    {"name": "p_space", "wording": WORDED, "type": "number", "role": "inclusion"},
]


def test_a_day_ahead_leaves_its_space_to_its_other_days_and_a_space_ahead_has_not_taken_part() -> None:
    instrument = Instrument.model_validate({"name": "plan", "title": {"fr": "Plan"}, "questions": QUESTIONS})
    table = pd.DataFrame(
        {
            "wave": "2006",
            "site_id": ["E1", "E1", "E2", "E2", "E3"],
            "participated": pd.Series(["yes", None, "no", None, None], dtype="str"),
            "p_space": 0.5,
        }
    )
    sampled = Fieldwork(instrument, table).sampled_spaces("p_space")
    assert sampled[["site_id", "participated"]].to_numpy().tolist() == [["E1", True], ["E2", False], ["E3", False]]
    assert sampled["weight_space"].tolist() == [2.0, 2.0, 2.0]
