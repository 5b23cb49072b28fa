"""Keeps the memory of freed tensors for the next ones."""

from __future__ import annotations

import ctypes

# Of glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4
NEVER = 2**31 - 1


def keep_freed_memory() -> None:
    """Tells glibc to keep for this process what the process frees.

    It would give the memory of a large tensor back to the system, and have it faulted in again page
    by page for the next one: a quarter of a training step on a processor. What the process holds at
    its peak stays the same. Does nothing where there is another C library.
    """
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return
    mallopt(M_MMAP_MAX, 0)
    mallopt(M_TRIM_THRESHOLD, NEVER)
