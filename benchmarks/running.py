"""A server as a process of its own, for the benchmarks: started, measured, killed, ended."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

FORMS_SERVICE = str(Path(sys.executable).with_name("forms-service"))


@dataclass
class Running:
    """A server that has said that it is ready."""

    process: "subprocess.Popen[str]"
    port: int

    @property
    def memory_mb(self) -> float:
        """What it holds of the machine's memory."""
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 2**20

    def settle(self) -> None:
        """Return when it has done what follows a start: a second has passed in which it hardly worked."""
        worked = self.processor_seconds
        while True:
            time.sleep(1)
            before, worked = worked, self.processor_seconds
            if worked - before < 0.05:
                return

    @property
    def processor_seconds(self) -> float:
        """Processor time it has used since its start, in all its threads and worker processes."""
        pid = self.process.pid
        workers = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        stats = (
            Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split() for each in [pid, *workers]
        )
        return sum(int(each[11]) + int(each[12]) for each in stats) / os.sysconf("SC_CLK_TCK")

    def kill(self) -> None:
        """SIGKILL: it is told nothing and finishes nothing."""
        self.process.kill()
        self._gone()

    def stop(self) -> int:
        """Ask it to end, as Ctrl-C does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self._gone()

    def _gone(self) -> int:
        code = self.process.wait(timeout=60)
        if self.process.stdout is not None:
            self.process.stdout.close()
        return code


def service(site: Path, data: Path, port: int, flush_seconds: float = 0.0) -> Running:
    """Our service on a data folder, without a limit of rate; on a slower disk, with `flush_seconds`."""
    settings = {"PORT": str(port), "DATA_DIR": str(data), "SITE_DIR": str(site), "RATE_LIMIT": "off"}
    slowly = [sys.executable, "-m", "benchmarks.slow_disk", str(flush_seconds)]
    return started(slowly if flush_seconds else [FORMS_SERVICE, "serve"], settings, port, f":{port}")


def started(command: list[str], settings: dict[str, str], port: int, ready: str) -> Running:
    """Start a command and wait until it prints a line with `ready` in it."""
    # Logs go to a file, as they would in service: a full pipe would stop the server.
    with tempfile.TemporaryFile("w+") as log:
        process = subprocess.Popen(
            command, env=os.environ | settings, stdout=subprocess.PIPE, stderr=log, text=True
        )
        assert process.stdout is not None
        if not any(ready in line for line in process.stdout):
            process.wait()
            log.seek(0)
            raise RuntimeError(f"{command[0]} did not start:\n{log.read()}")
    return Running(process, port)
