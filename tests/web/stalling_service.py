"""The real service on a disk that takes nothing as long as a file is there: `stalling_service.py FILE`."""

import sys
import time
from pathlib import Path

from forms_service.cli.main import main
from forms_service.store.disk import Disk

trouble = Path(sys.argv[1])
flush = Disk.sync


def sync(disk: Disk, handle: int) -> None:
    """Flush, or stand still as a disk on a broken network does."""
    while trouble.exists():
        time.sleep(0.01)
    flush(disk, handle)


Disk.sync = sync  # type: ignore[method-assign] # the command makes its own disk
sys.exit(main(["serve"]))
