"""Freed memory stays with the process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

# Prints how many pages are faulted in for a tensor of 100 MB that takes the place of a freed one,
# before and after the process is told to keep freed memory.
PROGRAM = """
import resource, torch
from recbole_instructrec.plugin.allocator import keep_freed_memory

def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    torch.ones(25_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

def settled():
    for _ in range(5):
        faults()
    return faults()

print(settled())
keep_freed_memory()
print(settled())
"""


def test_the_memory_of_a_freed_tensor_is_not_faulted_in_again():
    run = [sys.executable, "-c", PROGRAM]
    root = Path(__file__).parents[2]
    done = subprocess.run(run, check=True, capture_output=True, text=True, cwd=root)
    before, kept = map(int, done.stdout.split())
    assert before > 1000
    assert kept < 100
