"""What the guide says about the data: its commands, and its disaster drill, done word for word."""

import http.client
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from benchmarks.deals import deal
from tests.conftest import Service
from tests.guide.test_readme import README

FORMS_SERVICE = str(Path(sys.executable).with_name("forms-service"))


def test_the_commands_are_those_there_are_and_run_where_it_says() -> None:
    """Each action of `forms-service data`, and whether it can be used beside a running service."""
    rows = re.findall(r"^\| `forms-service data ([a-z]+)[^|]*\|[^|]*\| (yes|no) \|$", README, re.M)
    said = subprocess.run([FORMS_SERVICE, "data", "--help"], capture_output=True, text=True, check=True)
    actions = said.stdout.split("\nCommands:\n", 1)[1]
    told = [entry.split() for entry in re.split(r"^  (?=[a-z])", actions, flags=re.M)[1:]]
    actual = {words[0]: "no" if "Not beside" in " ".join(words) else "yes" for words in told}
    assert len(actual) > 5
    assert dict(rows) == actual


def test_the_disaster_drill(start_service: Callable[..., Service], tmp_path: Path) -> None:
    """The commands of the guide, in its order: what was sent before the backup is there afterwards."""
    backup, restore, verify, run = drill()
    old, new = tmp_path / "old", tmp_path / "new"
    service = start_service(DATA_DIR=str(old))
    link = sent(service, 1)
    done(backup, old, tmp_path)
    sent(service, 2)
    service.end()
    key = (old / "secret-key").read_text()
    shutil.rmtree(old)
    assert "documents" in done(restore, new, tmp_path)
    assert "documents" in done(verify, new, tmp_path)
    # "Keep secret-key with the backups".
    (new / "secret-key").write_text(key)
    assert run == "make run"
    service = start_service(DATA_DIR=str(new))
    assert "Customer 1 of the benchmark" in asked(service, "GET", link)[2]
    assert sent(service, 1) == link, (
        "it is known that this one was sent before, and by which link it is found"
    )
    assert sent(service, 3) != link


def drill() -> list[str]:
    """The commands that the guide tells, without comments."""
    block = README.split("**Disaster drill.**", 1)[1].split("```console\n", 1)[1].split("```", 1)[0]
    lines = [line.removeprefix("$ ").partition("#")[0].strip() for line in block.splitlines()]
    return [line for line in lines if line]


def done(command: str, data: Path, tmp_path: Path) -> str:
    """What a command of the guide says, once done; the backup lies in a folder of ours."""
    words = shlex.split(command.replace("/backup/", f"{tmp_path}/"))
    assert words[0] == "forms-service"
    finished = subprocess.run(
        [FORMS_SERVICE, *words[1:]],
        env=os.environ | {"DATA_DIR": str(data)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def sent(service: Service, number: int) -> str:
    """The link to a deal that was sent."""
    status, location, _ = asked(service, "POST", "/register-deal/", deal(number))
    assert status == 303
    return location


def asked(
    service: Service, method: str, path: str, form: dict[str, str] | None = None
) -> tuple[int, str, str]:
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=20)
    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form else {}
    connection.request(method, path, urlencode(form) if form else None, headers)
    answer = connection.getresponse()
    text = answer.read().decode().replace("\u00a0", " ")
    connection.close()
    return answer.status, answer.headers["Location"] or "", text
