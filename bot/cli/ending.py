"""How a process ends whose threads do not: a reader that stopped reading must not keep a stopped bot alive."""

import os
import threading

PATIENCE_S = 2.0
"""How long a thread may take to end after everything was closed."""


def end_despite_stalled_threads() -> None:
    """Return when no thread but this one is left; else end the process at once, with status 0.

    Called when all state is stored and closed. A thread that is blocked in a write to a full pipe never ends, and
    the interpreter would wait for it for ever.
    """
    for thread in threading.enumerate():
        if thread is not threading.current_thread() and not thread.daemon:
            thread.join(PATIENCE_S)
            if thread.is_alive():
                os._exit(0)
