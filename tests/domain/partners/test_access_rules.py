"""Whatever a partner's people do about each other, one can still be contacted, and nobody keeps a key."""

from hypothesis import given
from hypothesis import strategies as st

from forms_service.domain.partners import access_requests, calendar_feed, company_profile
from forms_service.domain.partners import people_actions as changing
from forms_service.domain.partners.partner import Partner
from forms_service.domain.partners.partner_permissions import PartnerActing, PartnerActor, Side
from forms_service.domain.partners.people import contacts, member, members, present
from forms_service.domain.partners.refusals import PartnerActionRefused
from tests.factories.partners import CONTACT, SPONSOR, START, STRANGER, active, by, done, id_of, noon, staff

PEOPLE = [f"p{number}" for number in range(1, 7)]
EMAILS = ["", CONTACT, SPONSOR, STRANGER, "third@partner.example", "fourth@elsewhere.example"]
ANY = st.booleans()

STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(EMAILS), ANY, ANY, ANY),
        st.tuples(st.just("change"), st.sampled_from(PEOPLE), st.sampled_from(EMAILS), ANY, ANY),
        st.tuples(st.just("left"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("give"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("take"), st.sampled_from(PEOPLE)),
        st.tuples(st.just("ask"), st.sampled_from(EMAILS[1:])),
        st.tuples(st.just("answer"), st.sampled_from(["r1", "r2", "r3"]), ANY),
        st.tuples(st.just("calendar"), st.sampled_from(EMAILS[1:])),
    ),
    max_size=25,
)


def taken(partner: Partner, act: PartnerActing, step: tuple) -> Partner | PartnerActionRefused:
    """One of the steps."""
    match step:
        case ("add", email, contact, sponsor, access):
            return changing.add(
                partner, act, name="N", email=email, contact=contact, sponsor=sponsor, access=access
            )
        case ("change", person, email, contact, sponsor):
            return changing.change(
                partner, act, person, name="N", email=email, contact=contact, sponsor=sponsor
            )
        case ("left", person):
            return changing.left(partner, act, person, on=START)
        case ("give", person):
            return changing.give_access(partner, act, person)
        case ("take", person):
            return changing.take_access(partner, act, person)
        case ("ask", email):
            stranger = PartnerActing(PartnerActor(Side.PARTNER), noon(START))
            return access_requests.ask_access(partner, stranger, name="N", email=email)
        case ("answer", request, granted):
            return access_requests.answer_access(partner, act, request, granted=granted)
        case ("calendar", email):
            return calendar_feed.renew(partner, by(email), token_hash=f"hash of {email}")
    raise AssertionError(step)


def all_taken(steps: list[tuple], side: Side) -> Partner:
    """A partner after all steps that were not refused, each by somebody of this side who may."""
    partner = active()
    for step in steps:
        inside = next((each["email"] for each in contacts(partner) if each["access"]), "")
        act = staff() if side is Side.STAFF else by(inside)
        after = taken(partner, act, step)
        partner = partner if isinstance(after, PartnerActionRefused) else after
    return partner


@given(steps=STEPS)
def test_the_partners_own_people_never_lock_their_company_out(steps: list[tuple]):
    partner = all_taken(steps, Side.PARTNER)
    assert any(each["access"] and each["email"] for each in contacts(partner))


@given(steps=STEPS, side=st.sampled_from([Side.PARTNER, Side.STAFF]))
def test_access_and_everything_that_hangs_on_it_belong_together(steps: list[tuple], side: Side):
    """An address for everybody with access, one person for an address, calendars of nobody else."""
    partner = all_taken(steps, side)
    inside = members(partner)
    assert {each["id"] for each in partner["people"] if each["access"]} == {each["id"] for each in inside}
    assert {link["person"] for link in partner["calendars"]} <= {each["id"] for each in inside}
    addresses = [each["email"] for each in present(partner) if each["email"]]
    assert len(addresses) == len(set(addresses))
    assert len([each for each in partner["people"] if each["sponsor"] and each["left_on"] is None]) <= 1
    ids = [each["id"] for each in partner["people"]]
    assert len(ids) == len(set(ids))
    for each in partner["access_requests"]:
        assert bool(each["email"]) == (each["granted"] is None)


def test_a_calendar_link_ends_with_access_and_does_not_come_back():
    partner = active()
    for email in (CONTACT, SPONSOR):
        partner = done(calendar_feed.renew(partner, by(email), token_hash=f"hash of {email}"))
    assert calendar_feed.holder(partner, f"hash of {SPONSOR}")["email"] == SPONSOR
    sponsor = id_of(partner, SPONSOR)
    partner = done(changing.take_access(partner, by(CONTACT), sponsor))
    partner = done(changing.give_access(partner, by(CONTACT), sponsor))
    assert calendar_feed.holder(partner, f"hash of {SPONSOR}") is None
    assert calendar_feed.has_link(partner, CONTACT)
    assert not calendar_feed.has_link(partner, SPONSOR)
    again = done(calendar_feed.renew(partner, by(CONTACT), token_hash="new"))
    assert calendar_feed.holder(again, f"hash of {CONTACT}") is None


def test_a_link_that_was_left_behind_opens_nothing():
    """Whatever took the access away: a link is looked up with whoever has it."""
    partner = done(calendar_feed.renew(active(), by(SPONSOR), token_hash="x"))
    people = [each | {"access": False} if each["email"] == SPONSOR else each for each in partner["people"]]
    assert calendar_feed.holder({**partner, "people": people}, "x") is None


def test_only_somebody_with_access_has_a_calendar_link():
    assert isinstance(calendar_feed.renew(active(), staff(), token_hash="x"), PartnerActionRefused)
    assert isinstance(calendar_feed.renew(active(), by(STRANGER), token_hash="x"), PartnerActionRefused)


def test_a_company_is_found_by_its_number_however_written_and_by_domains_of_its_own():
    partner = active()
    assert partner["keys"] == ["tax:PL1234563218", "web:partner.example"]
    for number in ("1234563218", "PL 123-456-32-18", "PL1234563218"):
        assert company_profile.key_of("x@elsewhere.example", number) == "tax:PL1234563218"
    assert company_profile.key_of("x@mail.partner.example", "") == "web:partner.example"
    assert company_profile.key_of("x@gmail.com", "") is None
    assert company_profile.is_known_address(partner, "anyone@partner.example")
    assert not company_profile.is_known_address(partner, "anyone@elsewhere.example")


def test_somebody_of_the_company_at_a_free_mail_gives_away_nobody_else():
    """Whoever has an address there is not thereby one of the company."""
    partner = done(changing.add(active(), by(CONTACT), name="N", email="firm@gmail.com"))
    assert company_profile.keys(partner["company"], partner["people"]) == partner["keys"]
    assert company_profile.is_known_address(partner, "firm@gmail.com")
    assert not company_profile.is_known_address(partner, "other@gmail.com")


@given(steps=STEPS, email=st.sampled_from(EMAILS[1:]))
def test_a_member_is_whom_the_record_names_with_access(steps: list[tuple], email: str):
    partner = all_taken(steps, Side.STAFF)
    person = member(partner, email.upper())
    assert (person is not None) == (email in [each["email"] for each in members(partner)])
