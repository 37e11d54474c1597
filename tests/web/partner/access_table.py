"""Who may what on a partner's pages: the one table that `test_who_may` goes through, line by line.

A new address, and a new action, needs its line here.
"""

VISITOR, OTHER = "visitor", "other"
"""Nobody signed in; somebody of another partner."""
CONTACT, SPONSOR, MEMBER = "contact", "sponsor", "member"
READER, REVIEWER, ADMINISTRATOR = "reader", "reviewer", "administrator"

PARTNERS = (CONTACT, SPONSOR, MEMBER)
STAFF = (READER, REVIEWER, ADMINISTRATOR)
DECIDES = (REVIEWER, ADMINISTRATOR)
SIGNED_IN = (*PARTNERS, OTHER, *STAFF)
EVERYBODY = (VISITOR, *SIGNED_IN)
LINK = ()
"""For whoever has the secret link, signed in or not; whoever has not meets nothing."""

ADDRESSES: dict[tuple[str, str], tuple[str, ...]] = {
    # Getting in.
    ("GET", "/partner"): EVERYBODY,
    ("GET", "/partner/sign-in"): EVERYBODY,
    ("POST", "/partner/sign-in"): EVERYBODY,
    ("GET", "/partner/sign-in/asked"): EVERYBODY,
    ("GET", "/partner/link/<token>"): LINK,
    ("POST", "/partner/link/<token>"): LINK,
    ("POST", "/partner/language"): SIGNED_IN,
    ("POST", "/partner/sign-out"): EVERYBODY,
    ("GET", "/partner/me"): (*PARTNERS, OTHER),
    ("POST", "/partner/end-other-sessions"): (*PARTNERS, OTHER),
    ("GET", "/partner/ask"): EVERYBODY,
    ("POST", "/partner/ask"): EVERYBODY,
    ("GET", "/partner/ask/asked"): EVERYBODY,
    ("GET", "/partner/ask/passed-on"): EVERYBODY,
    ("GET", "/partner/ask/<token>"): LINK,
    ("POST", "/partner/ask/<token>"): LINK,
    ("GET", "/partner/calendar/<token>.ics"): LINK,
    # The partner area.
    ("GET", "/partner/"): (*PARTNERS, OTHER),
    ("GET", "/partner/register-deal"): (*PARTNERS, OTHER),
    ("GET", "/partner/<reference>"): PARTNERS,
    ("GET", "/partner/<reference>/<section>"): PARTNERS,
    ("POST", "/partner/<reference>/<section>"): PARTNERS,
    ("GET", "/partner/<reference>/attestation/<int:number>"): PARTNERS,
    ("POST", "/partner/<reference>/calendar-link"): PARTNERS,
    ("GET", "/partner/<reference>/register-deal"): PARTNERS,
    ("POST", "/partner/<reference>/register-deal"): PARTNERS,
    ("GET", "/partner/<reference>/deals/<deal>"): PARTNERS,
    ("POST", "/partner/<reference>/deals/<deal>"): PARTNERS,
    ("GET", "/partner/<reference>/deals/<deal>/correct"): PARTNERS,
    ("POST", "/partner/<reference>/deals/<deal>/correct"): PARTNERS,
    ("GET", "/partner/<reference>/deals/<deal>/receipt"): PARTNERS,
    ("GET", "/partner/<reference>/deals/<deal>/result"): PARTNERS,
    ("POST", "/partner/<reference>/deals/<deal>/result"): PARTNERS,
    ("GET", "/partner/<reference>/deals/<deal>/withdraw"): PARTNERS,
    ("POST", "/partner/<reference>/deals/<deal>/withdraw"): PARTNERS,
    ("GET", "/partner/<reference>/agreement-file"): PARTNERS,
    ("POST", "/partner/<reference>/agreement-file"): PARTNERS,
    # The desk.
    ("GET", "/desk/partners"): STAFF,
    ("POST", "/desk/partners/export"): STAFF,
    ("GET", "/desk/partners/<reference>"): STAFF,
    ("GET", "/desk/partners/<reference>/<section>"): STAFF,
    ("POST", "/desk/partners/<reference>/<section>"): DECIDES,
    ("GET", "/desk/partners/<reference>/attestation/<int:number>"): STAFF,
    ("GET", "/desk/partners/<reference>/agreement-file"): STAFF,
    ("POST", "/desk/partners/<reference>/agreement-file"): DECIDES,
    ("POST", "/desk/partners/<reference>/agreement-file/remove"): DECIDES,
    ("POST", "/desk/partners/<reference>/amounts"): DECIDES,
    ("POST", "/desk/partners/<reference>/amounts/file"): DECIDES,
    ("POST", "/desk/partners/<reference>/amounts/<entry>"): DECIDES,
}
"""Every address below `/partner` and `/desk/partners`: who is answered, and for whom it does not exist."""

_CONTACTS = (CONTACT, *DECIDES)
_MEMBERS = (*PARTNERS, *DECIDES)

ACTIONS: dict[str, tuple[str, ...]] = {
    "change_company": _CONTACTS,
    "add_person": _CONTACTS,
    "change_person": _CONTACTS,
    "person_left": _CONTACTS,
    "answer_access": _CONTACTS,
    "give_access": _CONTACTS,
    "take_access": _CONTACTS,
    "add_qualification": _MEMBERS,
    "extend_qualification": _MEMBERS,
    "remove_qualification": _MEMBERS,
    "plan_activity": _MEMBERS,
    "do_activity": _MEMBERS,
    "drop_activity": _MEMBERS,
    "plan_meeting": _MEMBERS,
    "move_meeting": _MEMBERS,
    "hold_meeting": _MEMBERS,
    "write_notes": _MEMBERS,
    "drop_meeting": _MEMBERS,
    "set_goal": _MEMBERS,
    "close_goal": _MEMBERS,
    "give_link": _MEMBERS,
    "attest": (CONTACT, SPONSOR, *DECIDES),
    "confirm_link": DECIDES,
    "record_agreement": DECIDES,
    "confirm": DECIDES,
    "take_back": DECIDES,
    "activate": DECIDES,
    "set_targets": DECIDES,
    "receive_copy": DECIDES,
    "renew": DECIDES,
    "reopen_renewal": DECIDES,
    "change_tier": DECIDES,
    "suspend": DECIDES,
    "resume": DECIDES,
    "end": DECIDES,
    "note": DECIDES,
}
"""What the forms of the sections do, by the name of the action: who may."""

AT_ADDRESSES: dict[str, tuple[str, tuple[str, ...]]] = {
    "keep_document": ("/agreement-file", _CONTACTS),
    "remove_document": ("/agreement-file/remove", DECIDES),
    "renew_calendar_link": ("/calendar-link", PARTNERS),
    "add_revenue": ("/amounts", DECIDES),
    "void_revenue": ("/amounts/<entry>", DECIDES),
}
"""Actions with an address of their own below the partner's."""

BY_ITSELF = ("start", "join", "ask_access", "lapse_access", "remind")
"""Actions that nobody signed in does: a pre-acceptance, a stranger with a link, the service."""
