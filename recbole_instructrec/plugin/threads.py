"""Lets threads that wait for one another give way on a busy machine."""

from __future__ import annotations

import os

ROUNDS = "3000"


def wait_briefly() -> None:
    """Tells GNU's OpenMP, which torch brings along on Linux, to wait awake for a moment only.

    By default a thread that waits for another one keeps its processor for milliseconds. Where some
    other process needs a processor as well, the thread that is waited for does not get on, and a
    training step on two threads takes fifty times as long. An idle machine is as fast either way.

    Has to run before torch is imported. What the environment says already stays.
    """
    if "OMP_WAIT_POLICY" not in os.environ:
        os.environ.setdefault("GOMP_SPINCOUNT", ROUNDS)
