"""The real service on a disk whose flush fails as long as a file is there: `failing_service.py FILE`."""

import errno
import os
import sys
from pathlib import Path

from forms_service.cli.main import main
from forms_service.store.disk import Disk

trouble = Path(sys.argv[1])
flush = Disk.sync


def sync(disk: Disk, handle: int) -> None:
    """Flush, or fail as a dying disk does."""
    if trouble.exists():
        raise OSError(errno.EIO, os.strerror(errno.EIO))
    flush(disk, handle)


Disk.sync = sync  # type: ignore[method-assign] # the command makes its own disk
sys.exit(main(["serve"]))
