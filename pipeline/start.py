"""How the command starts, by either of its names: ``python -m pipeline`` or ``evaluation``, as it is installed."""

import gc
import os
import sys


def start() -> None:
    """Run the command line in a process made ready for it, and end that process with its exit code.

    Nothing is imported before the environment is set: libraries read it when they are loaded.
    """
    # Libraries stay: looking for garbage among them while they are loaded finds none.
    gc.disable()
    # numpy reads it with its linear algebra: several processes work at once, and one thread each gives the same digits
    # on every machine.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Workers that end with the command leave a semaphore to the tracker of resources, which removes it and has nothing
    # to tell.
    told = os.environ.get("PYTHONWARNINGS")
    os.environ["PYTHONWARNINGS"] = ",".join([*([told] if told else []), "ignore:resource_tracker:UserWarning"])
    try:
        from pipeline.cli import main
        from pipeline.interruption import leave
        from pipeline.workers import look_seldom_for_garbage

        gc.freeze()
        look_seldom_for_garbage()
    except KeyboardInterrupt:
        print("stopped", file=sys.stderr)
        exec("")  # the exit code stands: see pipeline.interruption.forget_unhandled
        raise SystemExit(130) from None
    try:
        main()
    except SystemExit as end:
        leave(end.code)
    leave(0)
