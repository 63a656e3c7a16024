"""What may be kept of an internal fault: where it happened, never the values that it quotes."""

from __future__ import annotations

import os
import traceback

#: Set to 1, it shows the message in the terminal too: for synthetic data, and for whoever may see the received files.
SHOW = "PIPELINE_SHOW_MESSAGES"


def trace(fault: BaseException) -> str:
    """Return the traceback of a fault and its causes with classes and lines of code, without any message.

    Messages of libraries quote what they choke on, and that may be the name or the address of a person.
    """
    parts: list[str] = []
    seen: set[int] = set()
    at: BaseException | None = fault
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        frames = "".join(traceback.format_list(traceback.extract_tb(at.__traceback__)))
        parts.append(
            f"{frames}{type(at).__module__}.{type(at).__qualname__} (message not kept: it may quote a person)\n"
        )
        at = at.__cause__ or at.__context__
    return "\ncaused by:\n".join(parts)


def summary(fault: BaseException) -> str:
    """Return the class of a fault, and its message where `SHOW` asks for it."""
    name = type(fault).__name__
    return f"{name}: {fault}" if os.environ.get(SHOW) == "1" else f"{name} (its message: set {SHOW}=1 and run again)"
