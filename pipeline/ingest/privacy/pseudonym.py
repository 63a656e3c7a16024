"""Pseudonyms: a keyed hash replaces direct identifiers while files are read."""

from __future__ import annotations

import hmac
import os
import secrets
import stat
from pathlib import Path

import pandas as pd

from pipeline.evaluation import Evaluation
from pipeline.ingest.faults import Blocked, Fault
from pipeline.ingest.values import text_of, values_of

VARIABLE = "PIPELINE_PSEUDONYM_KEY"
#: Synthetic data hold nobody: a key that everyone knows keeps their files identical everywhere.
PUBLIC_KEY = b"public key for synthetic data"
SHORTEST = 16


def pseudonym_key(evaluation: Evaluation) -> bytes:
    """Return the key of an evaluation: public if synthetic, else the environment's, else a file that is made once.

    The file is ``data/keys/<evaluation>.key``, outside git, readable by its owner only.

    Raises
    ------
    Blocked
        The key is too short, or its file can be read by others.
    """
    if evaluation.settings.synthetic:
        return PUBLIC_KEY
    given = os.environ.get(VARIABLE)
    if given is not None:
        if len(given.encode()) < SHORTEST:
            raise Blocked(
                Fault(
                    "the pseudonym key is too short",
                    f"environment variable {VARIABLE}",
                    found=f"{len(given.encode())} bytes",
                    allowed=f"{SHORTEST} bytes or more",
                    action="give a longer secret, or unset it and let the pipeline make one",
                )
            )
        return given.encode()
    path = key_path(evaluation)
    return _kept(path) if path.exists() else _made(path)


def key_path(evaluation: Evaluation) -> Path:
    """Return where the key of an evaluation is kept, unless the environment gives one."""
    return evaluation.root / "data" / "keys" / f"{evaluation.name}.key"


def _made(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_hex(32).encode()
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(key)
    return key


def _kept(path: Path) -> bytes:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise Blocked(
            Fault(
                "the pseudonym key can be read by others",
                str(path),
                found=f"mode {mode:o}",
                allowed="mode 600",
                action=f"chmod 600 {path}",
            )
        )
    key = path.read_bytes().strip()
    if len(key) < SHORTEST:
        raise Blocked(
            Fault(
                "the pseudonym key file is damaged",
                str(path),
                action="restore it, or remove it and accept new pseudonyms",
            )
        )
    return key


def pseudonyms(values: pd.Series, key: bytes) -> pd.Series:
    """Return a hash of each identifier, blank where it is blank.

    HMAC-SHA256 (RFC 2104, FIPS 198-1), cut to 128 bits; case and outer blanks do not count, so that one person typed
    twice stays one; nor does it count whether a file holds 1001 as a text, a whole number, or a number with decimals.
    """
    codes, distinct = pd.factorize(values)
    hashed = [_hash(text_of(v) or "", key) for v in values_of(distinct)]
    table = pd.array([*hashed, None], dtype="str")
    return pd.Series(table.take(codes), index=values.index, name=values.name)


def _hash(value: str, key: bytes) -> str | None:
    text = value.strip().casefold()
    if not text:
        return None
    return hmac.digest(key, text.encode("utf-8"), "sha256").hex()[:32]
