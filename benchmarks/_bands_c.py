"""The programs in C that mark how fast `bands` can go: compiled here, for this machine, in a temporary folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from benchmarks._measure import BenchmarkError

__all__ = ["COMPILERS", "Programs"]

COMPILERS = ("cc", "gcc", "clang")
_SOURCES = Path(__file__).with_name("c")
_FLAGS = {"lanes": ["-O3", "-march=native"], "tiles": ["-O3", "-march=native", "-ffast-math"]}


@dataclass(frozen=True, slots=True)
class Programs:
    """The compiled programs.

    Args:
        folder: Where they are.
        workload: The file that they read.
    """

    folder: Path
    workload: Path

    @classmethod
    def make(cls, folder: Path, workload: bytes) -> Programs | None:
        """Compile; None where the machine has no compiler.

        Raises:
            BenchmarkError: The compiler refuses the programs.
        """
        compiler = next((found for name in COMPILERS if (found := shutil.which(name))), None)
        if compiler is None:
            return None
        path = folder / "bands.bin"
        path.write_bytes(workload)
        for name, flags in _FLAGS.items():
            source, program = str(_SOURCES / f"{name}.c"), str(folder / name)
            command = [compiler, *flags, "-fopenmp", source, "-o", program, "-lm"]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode != 0:
                message = f"{' '.join(command)}\n{done.stderr[-2000:]}"
                raise BenchmarkError(message)
        return cls(folder, path)

    def run(self, name: str, draws: int, threads: int) -> tuple[float, float]:
        """Run a program twice, the first time to warm up.

        Returns:
            Seconds of the second time, and the mean number of people at the end.
        """
        command = [str(self.folder / name), str(self.workload), str(draws), "2"]
        environment = {**os.environ, "OMP_NUM_THREADS": str(threads)}
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
        if done.returncode != 0:
            message = f"exit status {done.returncode} from {' '.join(command)}\n{done.stderr[-2000:]}"
            raise BenchmarkError(message)
        told = json.loads(done.stdout)
        return float(told["seconds"][-1]), float(told["people"])
