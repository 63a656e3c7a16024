"""The numbers that a publication is catalogued under: ISBN of a book, ISSN of a series; a wrong digit is refused."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator
from stdnum import isbn, issn


def _isbn(value: str) -> str:
    if not isbn.is_valid(value):
        raise ValueError(f"'{value}' is no ISBN: 13 digits (or 10), whose last one checks the others")
    return str(isbn.format(value))


def _issn(value: str) -> str:
    if not issn.is_valid(value):
        raise ValueError(f"'{value}' is no ISSN: 8 digits, whose last one checks the others")
    return str(issn.format(value))


Isbn = Annotated[str, AfterValidator(_isbn)]
Issn = Annotated[str, AfterValidator(_issn)]
