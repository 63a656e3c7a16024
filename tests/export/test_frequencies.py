"""Frequency tables: raw answers beside weighted shares, signs where a share is withheld."""

from pathlib import Path
from typing import Any

from pipeline import results
from pipeline.export import frequencies
from tests.export.project import SECRET, result


def test_answers_stand_unweighted_beside_their_share(report: Any) -> None:
    path = Path(report.evaluation.stage("protect")) / "results.parquet"
    rows = [
        result(analysis="profile", indicator="sex", domain={"sex": 2}, estimate=0.5234, contributors=471.0),
        result(
            analysis="profile",
            indicator="sex",
            domain={"sex": 1},
            quality="suppress",
            reason="c",
            estimate=float("nan"),
        ),
        result(analysis="profile", indicator="sex", domain={"age_band": "60+"}, estimate=SECRET),
    ]
    results.write(results.frame(rows), path)
    from pipeline.render import open_report

    text = frequencies(open_report("miniature", "region", "fr"), "profile", "Tris à plat").data
    women = next(line for line in text.splitlines() if "Femmes" in line)
    assert "471" in women
    assert "52,3" in women
    men = next(line for line in text.splitlines() if "Hommes" in line)
    assert "[c]{.sign" in men
    assert not any(digit in men.partition("Hommes")[2].replace("data-result", "") for digit in "3456789")
    assert "60" not in text
