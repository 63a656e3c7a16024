"""Set-aside rows for a spreadsheet: nothing in them runs."""

from pathlib import Path

import pandas as pd

from pipeline.ingest.quarantine import write_rows


def test_received_texts_that_look_like_formulas_are_disarmed(tmp_path: Path) -> None:
    places = {"_file": "u.csv", "_line": 2, "wave": "2006", "reasons": "unknown_code"}
    found = ["=HYPERLINK(1)", "-1+cmd|x", "-1", None]
    rows = pd.DataFrame([{**places, "_line": line, "q": q} for line, q in enumerate(found, 2)])
    write_rows(rows.astype({"q": "str", "wave": "str"}), tmp_path / "set-aside.csv")
    text = (tmp_path / "set-aside.csv").read_bytes().decode("utf-8-sig")
    assert text.splitlines() == [
        "file;line;wave;reasons;q",
        "u.csv;2;2006;unknown_code;'=HYPERLINK(1)",
        "u.csv;3;2006;unknown_code;'-1+cmd|x",
        "u.csv;4;2006;unknown_code;-1",
        "u.csv;5;2006;unknown_code;",
    ]
