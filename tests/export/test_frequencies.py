"""Frequency tables: respondents beside weighted shares, signs where a share is withheld; the fingerprint of results."""

from pathlib import Path
from typing import Any

from pipeline import results
from pipeline.export import fingerprint, frequencies
from tests.export.project import SECRET, result


def test_respondents_stand_unweighted_beside_the_share(report: Any) -> None:
    path = Path(report.evaluation.stage("protect")) / "results.parquet"
    rows = [
        result(analysis="profile", indicator="sex", domain={"sex": 2}, estimate=0.5234, n=471),
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
    assert "47,7" not in men
    assert "60" not in text


def test_the_fingerprint_changes_with_any_published_number(report: Any) -> None:
    path = Path(report.evaluation.stage("protect")) / "results.parquet"
    before = fingerprint(report)
    assert fingerprint(report) == before
    table = results.read(path)
    table.loc[0, "estimate"] += 0.00001
    results.write(table, path)
    assert fingerprint(report) != before
