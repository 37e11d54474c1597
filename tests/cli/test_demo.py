"""The example desk: what a terminal shows when it has started."""

import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.conftest import free_port


def test_the_link_to_sign_in_stays_in_sight(site_folder: Path) -> None:
    """Once the mails of the example are sent, too: nothing pushes it out."""
    environment = {
        "SITE_DIR": str(site_folder),
        "PORT": str(free_port()),
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
    }
    demo = subprocess.Popen(
        [str(Path(sys.executable).with_name("forms-service")), "demo"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert demo.stdout is not None
        said = []
        while not said or not said[-1].startswith("Ctrl-C"):
            assert demo.poll() is None, "".join(said)
            said.append(demo.stdout.readline())
        folder = re.search(r"mails in (\S+)/mail/", "".join(said))
        assert folder is not None
        end, pause = time.monotonic() + 20, threading.Event()
        while not [*Path(folder[1], "mail").glob("*.eml")]:
            assert time.monotonic() < end, "no mail was written"
            pause.wait(0.05)
    finally:
        demo.terminate()
        rest = demo.communicate(timeout=20)[0]
    assert "/desk/link/" in said[-2]
    assert "mail sent" not in rest
