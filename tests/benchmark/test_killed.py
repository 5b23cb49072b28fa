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

N_EPOCHS = 40
ROOT = Path(cli.__file__).parents[1]


def command(shop, output):
    return ["benchmark", "--dataset=shop", "--models=BPR", f"--output={output}",
            f"--epochs={N_EPOCHS}", f"--data_path={shop}", "--protocols=full",
            "--show_progress=False", "--train_batch_size=16", "--stopping_step=100"]  # fmt: skip


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
    n_epochs = 0
    for how in (signal.SIGTERM, signal.SIGKILL):
        killed = subprocess.Popen(
            [sys.executable, "-c", code, *command(shop, "killed")], env=environment,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        while epochs("killed") < n_epochs + 3:
            assert killed.poll() is None
            time.sleep(0.01)
        killed.send_signal(how)
        killed.wait(30)
        # The process of the part ends with the command; until then it holds the part's lock.
        for _ in range(100):
            n_epochs = epochs("killed")
            time.sleep(0.3)
            if epochs("killed") == n_epochs:
                break
        assert n_epochs < N_EPOCHS
        assert not list(Path("killed").rglob("result.json"))
    assert cli.main(command(shop, "killed")) == 0
    assert epochs("killed") == epochs("whole") == N_EPOCHS
    (log,) = Path("killed").glob("parts/*/log")
    assert "going on at epoch" in log.read_text()
    assert (ranks("killed") == ranks("whole")).all()
