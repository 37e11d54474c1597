"""An address and a name in free text, however they are written: found and taken out, and nobody else."""

import json
import time
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.auth.users import normalised
from forms_service.domain.companies import web_domains
from forms_service.domain.privacy.mentions import mentions
from forms_service.domain.privacy.redaction import GONE, DataSubject, addresses, person_in, without
from forms_service.domain.submissions.workflow import Action
from forms_service.services import data_export
from forms_service.services.erasure import Erasure
from tests.factories.jobs import ADVISOR, JobsApp

OpenJobs = Callable[..., JobsApp]

EMAIL = "anna@xn--ty-firma-u3a40fjt.pl"
UNICODE = "anna@żółty-firma.pl"
PLAIN = "a.b@partner.pl"
NAME = "Expert Sample-Żak"
OTHER = "another@partner.example"

BESIDE = (
    *("„{}”", "“{}”", "«{}»", "‚{}’", "'{}'", "\"{}\"", "`{}`", "´{}´", "{}!", "{}?", "¿{}?", "{}…"),
    *("…{}", "...{}", "{}—", "—{}—", "–{}–", "- {}", "-{}", "•{}", "*{}*", "**{}**", "_{}_", "~{}~"),
    *("|{}|", "#{}", "\\{}\\", "adres={}", "adres={}&x=1", "mail:{}", "mail：{}", "{}:", "{};", "{},"),
    *("{}.", "({})", "[{}]", "{{{}}}", "<{}>", "{}/x", "x/{}", "{}.Dziękuję", "{}.Proszę o kontakt."),
    *("{}.\nNowy wiersz", "{}\\n", "{}\t", "\n{}\n", "\xa0{}\xa0", "{}'s", "{}’s", "{}-", "{} - tak"),
    *("mailto:{}?subject=x", "%3C{}%3E", "&lt;{}&gt;", "&quot;{}&quot;", "{}&nbsp;x", "＜{}＞", "（{}）"),
    *("{}。", "、{}、", "{}！", "\u200b{}\u200b", "słowo\u200b{}\u200bsłowo", "\ufeff{}"),
    *("\u202a{}\u202c", "{}²", "{}™", "😀{}😀", "{}+48", "+{}"),
)  # fmt: skip
SPELLED = (
    str,
    str.upper,
    str.title,
    lambda text: text.replace("@", "＠"),
    lambda text: text.replace("@", "&#64;"),
)
SPELLED_ADDRESSES = (
    *(spell(address) for spell in SPELLED for address in (EMAIL, UNICODE)),
    *("anna@z\u0307o\u0301łty-firma.pl", "an\u200bna@żółty-firma\u00ad.pl", "ａｎｎａ@żółty-firma．pl"),
    *("anna @ żółty-firma.pl", "anna@ żółty-firma.pl", "anna @żółty-firma.pl", "anna\xa0@\xa0żółty-firma.pl"),
    *(
        "anna(at)żółty-firma.pl",
        "anna [at] żółty-firma.pl",
        "anna (AT) żółty-firma.pl",
        "anna{at}żółty-firma.pl",
    ),
    *("anna(małpa)żółty-firma.pl", "anna [malpa] żółty-firma(kropka)pl", "anna (at) żółty-firma [dot] pl"),
    *(
        "anna=40żółty-firma.pl",
        "anna%2540żółty-firma.pl",
        "anna%252540żółty-firma.pl",
        "anna%2540żółty-firma%252Epl",
    ),
    *("anna%40żółty-firma.pl", "anna&commat;żółty-firma&period;pl", "anna@żółty-firma。pl"),
)
SPELLED_NAMES = (
    *(NAME, NAME.upper(), NAME.lower(), "Expert  Sample-Żak", "Expert\nSample-Żak", "Expert\xa0Sample-Żak"),
    *("Expert Sample-Z\u0307ak", "Expert Sample‑Żak", "Exp\u00adert Sample-Żak", "Expert Sample-&#379;ak"),
    *("Ｅxpert Sample-Żak", "Expert%20Sample-Żak"),
)  # fmt: skip


@pytest.mark.parametrize("beside", [each for each in BESIDE if each != "{}+48"])
@pytest.mark.parametrize("written", [PLAIN, EMAIL, UNICODE])
def test_an_address_beside_any_punctuation(beside: str, written: str) -> None:
    text = beside.format(written)
    address = web_domains.canonical_address(written)
    assert address in addresses(text)
    after = DataSubject(address).away_from(text)
    assert written not in after and address not in addresses(after)
    assert beside.replace("{}", "").strip("{}") == "" or len(after) >= len(text) - len(written)


@pytest.mark.parametrize("written", SPELLED_ADDRESSES)
def test_an_address_however_it_is_spelled(written: str) -> None:
    assert DataSubject(EMAIL).away_from(f"Pisz: {written}, szybko") == f"Pisz: {GONE}, szybko"
    assert web_domains.canonical_address(UNICODE) == normalised(UNICODE) == EMAIL


@pytest.mark.parametrize(
    "beside", [each for each in BESIDE if "+" not in each and each != "x/{}"] + ["dr.{}", "mgr {}"]
)
@pytest.mark.parametrize("written", [NAME, SPELLED_NAMES[6]])
def test_a_name_beside_any_punctuation(beside: str, written: str) -> None:
    person = DataSubject(EMAIL, frozenset({NAME}))
    assert not person.is_in(person.away_from(beside.format(written)))
    assert "Sample" not in person.away_from(beside.format(written))


@pytest.mark.parametrize("written", SPELLED_NAMES)
def test_a_name_however_it_is_spelled(written: str) -> None:
    assert DataSubject(EMAIL, frozenset({NAME})).away_from(f"To {written}, szef") == f"To {GONE}, szef"


@pytest.mark.parametrize(
    "text",
    [
        *("x{}", "x.{}", "x-{}", "x+{}", "x_{}", "ż{}", "o'{}", "{}.com", "{}.COM", "{}.com.pl"),
        *("{}.example", "{}x", "{}.com.Dziękuję"),
        *("{}-sklep.com", "{}.xn--p1ai", "{}.рф", "{}ż", "{}2", "<x{}>", "„{}.com”", "adres=x{}"),
        *("x.{}, y-{}", "dział.{}.uk", "Jan-{}", "x{}.com (at) y"),
    ],
)  # fmt: skip
def test_another_address_stays(text: str) -> None:
    text = text.replace("{}", "anna@b.pl")
    person = DataSubject("anna@b.pl")
    assert not person.is_in(text)
    assert person.away_from(text) == text


@pytest.mark.parametrize("at", [" @ ", "(at)", " [at] ", "(małpa)", "=40", "%2540", "@ "])
@pytest.mark.parametrize(
    "text", ["x.anna{}b.pl", "anna{}b.pl.com", "anna{}c.pl", "joanna{}b.pl", "anna{}b", "anna {} x b.pl"]
)
def test_another_address_stays_however_it_is_written(at: str, text: str) -> None:
    person, text = DataSubject("anna@b.pl"), text.replace("{}", at)
    assert not person.is_in(text)
    assert person.away_from(text) == text


def test_a_letter_is_a_letter() -> None:
    """UTS 46, non-transitional: `straße` is no `strasse`; a final sigma no other sigma."""
    both = "a@straße.de, a@strasse.de"
    assert DataSubject(normalised("a@straße.de")).away_from(both) == f"{GONE}, a@strasse.de"
    assert DataSubject("a@strasse.de").away_from(both) == f"a@straße.de, {GONE}"
    assert DataSubject("x@b.pl", frozenset({"Jan Groß"})).away_from("JAN GROSS, Jan Gross-Nowak") == (
        f"{GONE}, Jan Gross-Nowak"
    )


@pytest.mark.parametrize(
    "name", ["Anna Maria Sample", "xAnna Sample", "Anna Samplex", "Maria-Anna Sample", "Anna Sample-Nowak"]
)
def test_another_name_stays(name: str) -> None:
    person = DataSubject(EMAIL, frozenset({"Anna Sample"}))
    assert person.away_from(name) == name


PHONE = "+48 600 100 200"
SPELLED_PHONES = (
    *(PHONE, "+48600100200", "48600100200", "600100200", "600 100 200", "600-100-200", "60 01 00 200"),
    *("0048 600 100 200", "0048600100200", "(+48) 600 100 200", "+48.600.100.200", "+48 (600) 100-200"),
    *("+48\xa0600\xa0100\xa0200", "600–100–200", "600\u200b100\u200b200", "%2B48600100200"),
    *("６００１００２００", "0600100200", "+48 (0) 600 100 200", "600 - 100 - 200", "+48\n600 100 200"),
)  # fmt: skip


@pytest.mark.parametrize(
    "stored", [PHONE, "600-100-200", "0048600100200", "(+48) 600100200 wew. 12", "0600100200"]
)
@pytest.mark.parametrize("around", ["To {}, szef", "tel:{}", "tel.{}.", "„{}”", "{}"])
@pytest.mark.parametrize("written", SPELLED_PHONES)
def test_a_phone_however_it_is_written(written: str, around: str, stored: str) -> None:
    person = DataSubject(EMAIL, phones=frozenset({stored}))
    assert person.is_in(around.format(written))
    assert person.away_from(around.format(written)) == around.format(GONE)


@pytest.mark.parametrize("stored", [PHONE, "600100200"])
@pytest.mark.parametrize(
    "text", ["6001002001", "FV 1600100200", "600 100 201", "600 100", "100200", "600 100 2001"]
)
def test_another_number_stays(text: str, stored: str) -> None:
    person = DataSubject(EMAIL, phones=frozenset({stored}))
    assert not person.is_in(text)
    assert person.away_from(text) == text


@pytest.mark.parametrize("written", ["+442079460958", "020 7946 0958", "+44 (0)20 7946 0958"])
def test_a_phone_of_another_country(written: str) -> None:
    person = DataSubject(EMAIL, phones=frozenset({"+44 20 7946 0958"}))
    assert person.away_from(f"To {written}.") == f"To {GONE}."


def test_a_phone_in_a_note_is_found_by_the_contact_of_the_document() -> None:
    contact = {"name": NAME, "email": EMAIL, "phone": PHONE}
    document = {"contacts": [contact], "notes": [{"text": "Dzwonić: 600-100-200."}]}
    person = person_in(document, EMAIL)
    assert person and person.is_in("600100200")
    assert without(document, person)["notes"] == [{"text": f"Dzwonić: {GONE}."}]


@pytest.mark.parametrize("written", ["Kowalski Jan", "KOWALSKI Jan", "kowalski\xa0jan"])
def test_a_name_with_the_surname_first(written: str) -> None:
    assert DataSubject(EMAIL, frozenset({"Jan Kowalski"})).away_from(f"To {written}.") == f"To {GONE}."


@given(
    st.lists(
        st.sampled_from(["anna@b.pl", "@", ".", "-", "=", "x", "b.pl", " ", "ż", "…", "&", "\u200b", "%40"]),
        max_size=9,
    )
)
def test_what_was_taken_out_is_not_there_again(pieces: list[str]) -> None:
    person = DataSubject("anna@b.pl")
    assert not person.is_in(person.away_from("".join(pieces)))


PLANTED = (
    "@x",
    "=a",
    "a.",
    "@x.",
    "a@b.",
    "a@b.pl.",
    "=a@b.pl",
    "@",
    "&#64;",
    "x=",
    "ż\u0301",
    "\u200b@",
    "a-",
    "%40a",
    " @ ",
    "(at)",
    "( at",
    "%25",
    "=4",
    "'a",
    "600 ",
    "+48 (",
    "600100",
    "0 (",
)


@pytest.mark.parametrize("around", ["x{}@b.pl", "@{}"])
@pytest.mark.parametrize("piece", (*PLANTED, "x"))
def test_planted_text_costs_no_more_than_its_length(piece: str, around: str) -> None:
    """Eight times the text, about eight times the processor; what is quadratic takes 64 times."""
    person = DataSubject(EMAIL, frozenset({NAME}), frozenset({"+48 600 100 200"}))

    def cost(signs: int) -> float:
        text = around.format(piece * (signs // len(piece)))
        times = []
        for _ in range(5):
            begun = time.thread_time()
            list(mentions(text))
            person.away_from(text)
            times.append(time.thread_time() - begun)
        return min(times)

    assert cost(32_000) <= 24 * max(cost(4_000), 0.0005)


@pytest.fixture
def jobs_app(open_jobs: OpenJobs) -> JobsApp:
    """Somebody who is named in every place where somebody else may write."""
    jobs_app = open_jobs("2026-11-23 12:00")
    jobs_app.let_in(ADVISOR)
    return jobs_app


def everywhere(jobs_app: JobsApp, written: str) -> None:
    """In a form, an earlier version, a note, a question, an answer, a decision, other tables, a mail."""
    contacts = [
        {"name": "Another Person", "email": OTHER, "phone": "", "role": "CTO"},
        {"name": NAME, "email": EMAIL, "phone": "", "role": "CEO"},
    ]
    jobs_app.application("APP-3333-3333", contacts=contacts, message="Nic.")
    record = jobs_app.record("APP-3333-3333")
    earlier = {
        "until": record["received_at"],
        "said": {**record["said"], "message": written},
        "program": None,
    }
    with jobs_app.store.batch() as batch:
        batch.replace("records", {**record, "versions": [earlier]}, record["version"])
        batch.add(
            "partners",
            {
                "id": "PAR-2222-2222",
                "state": "active",
                "people": [contacts[0] | {"access": True, "left_on": None}],
                "notes": [written],
            },
        )
        batch.add("revenue", {"id": "1", "document": f"FV 1 {written}"})
    jobs_app.do("APP-3333-3333", Action.NOTE, text=written, by=ADVISOR)
    jobs_app.do("APP-3333-3333", Action.TAKE, by=ADVISOR)
    jobs_app.do("APP-3333-3333", Action.ASK, text=written, by=ADVISOR)
    jobs_app.do("APP-3333-3333", Action.ANSWER, text=written)
    jobs_app.do("APP-3333-3333", Action.REJECT, text=written, by=ADVISOR)
    jobs_app.mail("rejected", "APP-3333-3333", OTHER)
    folder = jobs_app.data / "mail"
    folder.mkdir(exist_ok=True)
    mail = EmailMessage()
    mail.set_content(f"Cytat: {written} koniec", cte="base64")
    mail.add_alternative(f"<p>Cytat: {written} koniec</p>", subtype="html")
    (folder / f"20261123T110000Z-{'a' * 32}.eml").write_bytes(bytes(mail))


@pytest.mark.parametrize(
    "beside",
    ["„{}”", "{}!", "adres={}", "{}.Dziękuję", "mailto:{}?subject=x", "\u200b{}\u200b", "&lt;{}&gt;"],
)
@pytest.mark.parametrize("written", [EMAIL, UNICODE, UNICODE.upper(), "anna&#64;żółty-firma.pl"])
@pytest.mark.parametrize("asked", [EMAIL, f"  {UNICODE.upper()} "])
def test_it_is_exported_and_erased_wherever_it_stands(
    jobs_app: JobsApp, beside: str, written: str, asked: str
) -> None:
    """The same person for whoever asks, in documents, in the journal once it is written anew, in files."""
    text = beside.format(written)
    everywhere(jobs_app, text)
    exported = data_export.exported(jobs_app.store, asked, jobs_app.clock.now)
    assert exported["address"] == EMAIL
    assert [each["id"] for each in exported["named_in"]] == ["APP-3333-3333"]
    assert [each["text"] for each in exported["named_in"][0]["notes"]] == [text]
    assert {each["table"] for each in exported["elsewhere"]} == {"partners", "revenue"}
    Erasure(jobs_app.store, jobs_app.data, lambda: jobs_app.clock.now).erase(asked, by=ADVISOR)
    assert jobs_app.bytes_with(written, EMAIL, UNICODE, NAME) == []
    assert list((jobs_app.data / "mail").iterdir()) == []
    assert OTHER in json.dumps(jobs_app.store.all("records"))
    assert not data_export.of(jobs_app.store, asked)


def test_a_restored_backup_is_cleared_of_the_same_person(jobs_app: JobsApp) -> None:
    """Whom the list of erasures knows by a hash only."""
    everywhere(jobs_app, f"„{UNICODE.upper()}”")
    erasing = Erasure(jobs_app.store, jobs_app.data, lambda: jobs_app.clock.now)
    erasing.erase(UNICODE, by=ADVISOR)
    with jobs_app.store.batch() as batch:
        batch.add("revenue", {"id": "2", "document": f"adres={UNICODE}!"})
        kept = batch.get("job_state", "erasures-applied")
        assert kept
        batch.replace("job_state", {**kept, "digest": ""}, kept["version"])
    assert erasing.reapply().stripped == 1
    assert jobs_app.bytes_with(UNICODE, EMAIL) == []


@given(st.text(max_size=60))
def test_any_text_can_be_looked_through(text: str) -> None:
    found = person_in({"x": text}, EMAIL)
    assert without({"x": text}, found or DataSubject(EMAIL, frozenset({NAME}))) is not None
