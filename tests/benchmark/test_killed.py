"""The command, killed as a machine would, and started again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

from recbole_instructrec import cli

ROOT = Path(cli.__file__).parents[1]


def command(shop, output):
    return ["benchmark", "--dataset=shop", "--models=BPR", f"--output={output}", "--epochs=25",
            f"--data_path={shop}", "--protocols=full", "--show_progress=False",
            "--train_batch_size=16", "--stopping_step=100"]  # fmt: skip


def epochs(output):
    curves = list(Path(output).glob("parts/*/curve.csv"))
    return len(curves[0].read_text().splitlines()) - 1 if curves else 0


def ranks(output):
    (path,) = Path(output).glob("parts/*/ranks.npz")
    with np.load(path) as file:
        return file["full/above"]


def test_a_killed_command_goes_on_and_gives_the_same(shop):
    assert cli.main(command(shop, "whole")) == 0
    code = "import sys; from recbole_instructrec.cli import main; main(sys.argv[1:])"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    killed = subprocess.Popen(
        [sys.executable, "-c", code, *command(shop, "killed")], env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    while epochs("killed") < 3:
        assert killed.poll() is None
        time.sleep(0.01)
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    assert not list(Path("killed").rglob("result.json"))
    # The process of the part ends with the command; until then it holds the part's lock.
    for _ in range(100):
        before = epochs("killed")
        time.sleep(0.3)
        if epochs("killed") == before:
            break
    assert 3 <= before < 25
    assert cli.main(command(shop, "killed")) == 0
    assert epochs("killed") == epochs("whole") == 25
    (log,) = Path("killed").glob("parts/*/log")
    assert "going on at epoch" in log.read_text()
    assert (ranks("killed") == ranks("whole")).all()
