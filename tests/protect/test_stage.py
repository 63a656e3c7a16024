"""The stage writes a publishable table and says what it hid."""

from __future__ import annotations

import json

from pipeline import results
from pipeline.protect import protect_folder
from pipeline.results import frame, write
from tests.protect.conftest import result


def test_folder_holds_the_publishable_table_and_its_account(tmp_path):
    private, public = tmp_path / "analyse", tmp_path / "protect"
    private.mkdir()
    rows = [result(), result(indicator="blog", n=12, contributors=12), result(indicator="jobs", contributors=4)]
    write(frame(rows), private / "results.parquet")
    told = protect_folder(private, public)
    table = results.read(public / "results.parquet").set_index("indicator")
    assert table["reason"].to_dict() == {"elaborate": "", "blog": "ns_n", "jobs": "c"}
    assert table["estimate"].isna().to_dict() == {"elaborate": False, "blog": True, "jobs": True}
    assert told == json.loads((public / "account.json").read_text())
    assert told["by_reason"] == {"c": 1, "ns_n": 1}
    assert told["by_analysis"]["demand"] == {"publish": 1, "caution": 0, "suppress": 2}
