"""Our service on a disk whose flush takes so many seconds: `python -m benchmarks.slow_disk SECONDS`."""

import sys
import time

from forms_service.cli.main import main
from forms_service.store.disk import Disk


class SlowDisk(Disk):
    """This machine's disk, and a wait instead of its flush."""

    def sync(self, handle: int) -> None:
        time.sleep(float(sys.argv[1]))


if __name__ == "__main__":
    Disk.sync = SlowDisk.sync  # type: ignore[assignment,method-assign] # the command makes its own disk
    sys.exit(main(["serve"]))
