"""The vendor's own customers and running talks, from a file."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from forms_service.cli.accounts import carry_out, handler
from forms_service.cli.control_socket import Control
from forms_service.services import accounts, conflict_lookup
from forms_service.services.accounts import AccountsDifference, difference, take
from tests.cli.running import command
from tests.factories.jobs import JobsApp
from tests.factories.storage import bytes_on_disk
from tests.factories.submissions import deal

NOW = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)

OpenJobs = Callable[..., JobsApp]

FILE = """\
Nazwa;NIP;Strona WWW;Uwagi
Zgrabka S.A.;123-456-32-18;https://www.zgrabka.example.com/o-nas;ważny
"Firma; ze średnikiem";;;
Żółw i Synowie;PL 5260250274;;
Overseas Ltd;AB-123.45;overseas.co.uk;
"""


def read(text: str) -> accounts.Read:
    return accounts.read(text.encode())


def named(found: accounts.Read) -> list[str]:
    return [account["name"] for account in found.accounts]


def test_what_spreadsheets_write_here() -> None:
    """Headings in Polish, semicolons, quotes, columns that are not ours."""
    found = read(FILE)
    assert found.mistakes == ()
    assert named(found) == ["Zgrabka S.A.", "Firma; ze średnikiem", "Żółw i Synowie", "Overseas Ltd"]
    first = found.accounts[0]
    assert (first["tax_id"], first["domain"]) == ("PL1234563218", "example.com")
    assert "tax:PL1234563218" in first["keys"]
    assert found.accounts[3]["tax_id"] == "AB12345"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_separators_encodings_and_ends_of_lines(separator: str, encoding: str, ending: str) -> None:
    text = ending.join(separator.join(row) for row in (("name", "tax_id"), ("Żółw", "1234563218"), ("", "")))
    found = accounts.read(text.encode(encoding))
    assert [(account["name"], account["tax_id"]) for account in found.accounts] == [("Żółw", "PL1234563218")]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (";1234563218;", "line 3: the name is missing"),
        ("Firma;1234563219;", "line 3: the tax id 1234563219 is not valid"),
        ("Firma;PL123;", "line 3: the tax id PL123 is not valid"),
        ("Firma;brak;", "line 3: the tax id brak is not valid"),
        ("Firma;REGON 012345678;", "line 3: the tax id REGON 012345678 is not valid"),
        ('Firma;"7680002466; 1234563218";', "line 3: the tax id 7680002466; 1234563218 is not valid"),
        ("Firma;;gmail.com", "line 3: gmail.com is no domain of a company"),
        ("Firma;;nie wiem", "line 3: nie wiem is no domain of a company"),
        (f"{'x' * 201};;", "line 3: the name is longer than 200 characters"),
        ("Fir\x07ma;;", "line 3: the name holds a control character"),
    ],
)
def test_a_line_with_a_mistake_is_named(line: str, words: str) -> None:
    found = read(f"name;tax id;domain\nGood;;\n{line}\n")
    assert len(found.mistakes) == 1
    assert str(found.mistakes[0]).startswith(words)
    assert named(found) == ["Good"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b"PK\x03\x04\0\0", "the file is no text"),
        (b"who;what\na;b\n", "line 1: the first line has to name the columns"),
        (b'name\n"open\n', "the file cannot be read as CSV"),
        (b"name\n" + b"x\n" * (accounts.MOST_LINES + 1), "the file has more than"),
        (b"x" * (accounts.LARGEST_BYTES + 1), "the file is larger than"),
    ],
)
def test_a_file_that_is_none(data: bytes, words: str) -> None:
    found = accounts.read(data)
    assert found.accounts == ()
    assert str(found.mistakes[0]).startswith(words)


@pytest.mark.parametrize("end", ["", ";", ";;"])
def test_a_cell_beyond_the_headings_is_a_mistake(end: str) -> None:
    """Also where they end with a separator."""
    found = read(f"name;tax id;domain{end}\nGood;;{end}\nFirma;;;1234563218\n")
    assert [str(each) for each in found.mistakes] == ["line 3: there are more cells than headings"]
    assert named(found) == ["Good"]


@pytest.mark.parametrize(
    "line", ["Razem;;", "Suma:;120;", "TOTAL;;", "Grand total;;", "Łącznie 25;;", "Ogółem;3;"]
)
def test_a_line_of_totals_is_no_company(line: str) -> None:
    """Where it is the last one, and has nothing that a company has."""
    found = read(f"name;tax id;domain\nSuma;;\n{line}\n")
    assert [str(each).partition(" is")[0] for each in found.mistakes] == ["line 3: a line of totals"]
    assert named(found) == ["Suma"]
    assert named(read("name;tax id;domain\nTotal;7680002466;\n")) == ["Total"]
    assert named(read("name;tax id;domain\nTotal;;total.example\n")) == ["Total"]


def test_lines_are_counted_as_editors_do() -> None:
    """Also behind a cell with a line break, and behind empty lines."""
    found = read('name;tax id\n"Two\nlines";1\n\nFirma;PL123\n')
    assert [mistake.line for mistake in found.mistakes] == [2, 5]


def test_the_same_company_twice_is_one() -> None:
    found = read("name;tax id\nFirma;123-456-32-18\nFirma;PL1234563218\n")
    assert (len(found.accounts), found.repeated) == (1, 1)


def test_a_list_replaces_or_adds(open_jobs: OpenJobs) -> None:
    """And the same list again changes nothing: not a byte."""
    jobs_app = open_jobs("2026-11-23 12:00")
    first, second = (
        read("name\nA company\nB company\n").accounts,
        read("name\nB company\nC company\n").accounts,
    )
    assert take(jobs_app.store, first, replace=True, at=NOW) == AccountsDifference(2, 0, 0)
    assert difference(jobs_app.store, second, replace=True) == AccountsDifference(1, 1, 1)
    assert take(jobs_app.store, second, replace=False, at=NOW) == AccountsDifference(1, 0, 2)
    size = len(bytes_on_disk(jobs_app.data))
    assert take(jobs_app.store, second, replace=False, at=NOW) == AccountsDifference(0, 0, 3)
    assert len(bytes_on_disk(jobs_app.data)) == size
    assert take(jobs_app.store, second, replace=True, at=NOW) == AccountsDifference(0, 1, 2)
    assert {each["name"] for each in jobs_app.store.all("accounts")} == {"B company", "C company"}


@pytest.mark.parametrize(
    "said",
    [
        {"customer_tax_id": "PL1234563218", "customer_name": "Another"},
        {"customer_website": "https://shop.example.com", "customer_name": "Another"},
        {"customer_name": "ZGRABKA spółka akcyjna"},
    ],
)
def test_a_deal_with_one_of_them_is_a_conflict(open_jobs: OpenJobs, said: dict[str, str]) -> None:
    """Found by its keys, like any other registration."""
    jobs_app = open_jobs("2026-11-23 12:00")
    take(jobs_app.store, read(FILE).accounts, replace=True, at=NOW)
    (found,) = conflict_lookup.conflicts_of(jobs_app.store, deal(**said))
    assert (found.conflict.is_account, found.other["name"]) == (True, "Zgrabka S.A.")


def test_the_command_shows_first_and_then_does(open_jobs: OpenJobs, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(FILE)
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.store.close()
    code, out, _ = command(jobs_app.data, "accounts", "import", file)
    assert code == 0
    assert "In the file: 4 companies" in out
    assert "Columns that are not used: Uwagi" in out
    assert "New: 4; taken off the list: 0" in out
    assert "Nothing is changed yet: add --yes" in out
    code, out, _ = command(jobs_app.data, "accounts", "import", file, "--yes")
    assert (code, out.splitlines()[-1]) == (0, "Imported.")
    jobs_app.open()
    assert jobs_app.store.count("accounts") == 4


def test_a_bad_line_does_not_stop_the_good_ones(open_jobs: OpenJobs, tmp_path: Path) -> None:
    """It is named and left out, and the exit code says so; a file without a good line changes nothing."""
    file = tmp_path / "accounts.csv"
    file.write_text("name;tax id\nGood;\nForeign;8790017566\n;\nWorse;PL1\nShortened;7,81E+09\n")
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.store.close()
    for arguments in ((), ("--yes",)):
        code, out, err = command(jobs_app.data, "accounts", "import", file, *arguments)
        assert code == 1
        assert [line.partition(":")[0] for line in err.splitlines()] == ["line 5", "line 6"]
        assert "the spreadsheet has shortened the tax id to 7,81E+09" in err
        assert "Lines left out because of mistakes: 2" in out
        assert "taken as they are: 1" in out
    jobs_app.open()
    assert {(each["name"], each["tax_id"]) for each in jobs_app.store.all("accounts")} == {
        ("Good", ""),
        ("Foreign", "8790017566"),
    }
    jobs_app.store.close()
    file.write_text("name;tax id\nWorse;PL1\n")
    assert command(jobs_app.data, "accounts", "import", file, "--yes")[:2] == (2, "")
    jobs_app.open()
    assert jobs_app.store.count("accounts") == 2


def test_a_file_that_is_not_there(open_jobs: OpenJobs, tmp_path: Path) -> None:
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.store.close()
    code, _, err = command(jobs_app.data, "accounts", "import", tmp_path / "nowhere.csv")
    assert code == 2
    assert "nowhere.csv" in err


def test_beside_a_running_service_the_service_does_it(open_jobs: OpenJobs, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text("name\n" + "".join(f"Company {number}\n" for number in range(500)))
    jobs_app = open_jobs("2026-11-23 12:00")
    service = Control(jobs_app.data, {"accounts": handler(jobs_app.store)})
    service.start()
    try:
        code, out, _ = command(jobs_app.data, "accounts", "import", file, "--yes", "--add")
    finally:
        service.stop()
    assert (code, out.splitlines()[-1]) == (0, "Imported.")
    assert jobs_app.store.count("accounts") == 500


def test_what_was_shown_is_what_is_imported(open_jobs: OpenJobs, tmp_path: Path) -> None:
    file = tmp_path / "accounts.csv"
    file.write_text(FILE)
    jobs_app = open_jobs("2026-11-23 12:00")
    order = {"file": str(file), "digest": "of another file", "replace": True, "yes": True}
    assert carry_out(jobs_app.store, order) == (False, ["the file has just changed: try again"], [])
