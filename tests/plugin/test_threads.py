"""How long threads wait awake: what the package sets, and what it leaves as it is."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from recbole_instructrec.plugin.threads import ROUNDS, wait_briefly


@pytest.mark.parametrize(
    ("given", "spins"),
    [
        ({}, ROUNDS),
        ({"GOMP_SPINCOUNT": "7"}, "7"),
        ({"OMP_WAIT_POLICY": "PASSIVE"}, None),
    ],
)
def test_what_the_environment_says_stays(monkeypatch, given, spins):
    for name in ("GOMP_SPINCOUNT", "OMP_WAIT_POLICY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    wait_briefly()
    assert os.environ.get("GOMP_SPINCOUNT") == spins


def test_it_is_set_before_torch_is_there():
    """OpenMP reads it when torch loads it."""
    watched = (
        "import os, sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, *_):\n"
        "        if name == 'torch':\n"
        "            print(os.environ.get('GOMP_SPINCOUNT'))\n"
        "            sys.meta_path.remove(self)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "import recbole_instructrec\n"
    )
    environment = {name: one for name, one in os.environ.items() if not name.startswith("GOMP")}
    environment.pop("OMP_WAIT_POLICY", None)
    said = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", watched],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.split() == [ROUNDS]
