"""The machine and the libraries that computed a result, and the memory it took."""

from __future__ import annotations

import hashlib
import platform
import resource
import sys
from importlib.metadata import version
from pathlib import Path

import torch

import recbole_instructrec
from recbole_instructrec import property_files

LIBRARIES = ("recbole", "torch", "transformers", "numpy", "scipy", "pandas")
TRAINING = ("instruction", "plugin", "seq2seq")


def versions() -> dict[str, str]:
    """Of everything that computes."""
    return {
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
        "recbole_instructrec": recbole_instructrec.__version__,
    }


def code() -> str:
    """SHA-256 of all that InstructRec's training computes with, which its version does not tell
    while it is being worked on."""
    digest = hashlib.sha256()
    package = Path(recbole_instructrec.__file__).parent
    paths = [package / f"{name}.py" for name in ("catalogue", "knowledge", "scorers")]
    for kind in ("instructions", "knowledge"):  # names that people know stand in items' words
        paths += property_files.shipped().glob(f"{kind}/*.yaml")
    for name in TRAINING:
        paths += (package / name).glob("*.py")
    for path in sorted(paths):
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def computer(device: torch.device) -> str:
    """What computes on a device: the processor's name, and the GPU's where it is one."""
    own = [torch.cuda.get_device_name(device)] if device.type == "cuda" else []
    return ", ".join([processor(), *own])


def processor() -> str:
    """The processor's name, and how many of it there are."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} x {names[0]}" if names else platform.processor() or platform.machine()


def peak_memory() -> int:
    """Most bytes that this process ever held in memory."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts what the parent process held before this one began
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
