"""Put the parts together: one call makes the whole application from settings and a clock."""

import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Flask, abort, request

from forms_service import warming
from forms_service.access.addresses import AREAS
from forms_service.access.doors import make_doors, open_doors
from forms_service.access.guard import session_cookie
from forms_service.access.limits import Allowance
from forms_service.access.people import Kind
from forms_service.cases import deeds, partners, reconsidering
from forms_service.cases.agreements import Agreements
from forms_service.cases.asking import Asking
from forms_service.cases.counting import Counting
from forms_service.cases.desk import Desk
from forms_service.cases.lost_links import LostLinks
from forms_service.cases.partner_deals import PartnerDeals
from forms_service.cases.partner_revenue import PartnerRevenue
from forms_service.cases.partner_rows import PartnerList
from forms_service.cases.submissions import Submissions
from forms_service.clock import Clock, system_clock
from forms_service.decisions.states import Action
from forms_service.desk import navigation as desk_navigation
from forms_service.desk import pages as desk_pages
from forms_service.mail.asker_letters import AskerLetters
from forms_service.mail.compose import Composer
from forms_service.mail.delivery import Courier
from forms_service.mail.letters import Letter
from forms_service.mail.outbox import Outbox
from forms_service.mail.partner_letters import PartnerLetters
from forms_service.mail.staff_letters import StaffLetters
from forms_service.mail.transport import from_url
from forms_service.partner_zone import asking_pages
from forms_service.partner_zone import pages as partner_pages
from forms_service.privacy.erasing import Erasing
from forms_service.promise import Promise
from forms_service.promised_pages import PromisedPages
from forms_service.references import StatusTokens
from forms_service.rounds import compacting
from forms_service.rounds.rounds import Rounds
from forms_service.rounds.watch import Watch
from forms_service.secret_key import kept_secret_key
from forms_service.security import UNSAFE, Origins, limiter
from forms_service.settings import Settings
from forms_service.site import Site
from forms_service.store.records import Store
from forms_service.traffic import Traffic
from forms_service.uploads import BODY_LIMIT_BYTES, BodyLimits
from forms_service.views import errors, probes, status
from forms_service.views import forms as forms_views
from forms_service.views.context import EXTENSION, ROUTE, Service, page, release
from forms_service.wsgi import FIELD_LIMIT, Outermost

WATCH = "partner_channel_rounds"
"""Where the application keeps what does its rounds."""

MAIL_WAITS_SECONDS = 1.0
"""How long a mail lets people go first; it is written then, however busy it is."""

JOURNAL = "records.journal"
"""The file under DATA_DIR that holds everything."""


def create_app(settings: Settings | None = None, *, clock: Clock = system_clock) -> Flask:
    """The application, whole: calling it, or its test client, passes through every layer.

    It opens the store, which only one process can. Mail is delivered once `service_of(app).outbox.start()`
    is called; until then it is owed.

    Raises:
        SettingsError: a variable of the environment is wrong (only without `settings`).
        SiteError: there is no usable built site.
        StoreError: the data is in use, damaged or too new.
        ValueError: whose data was erased is not known any more.
        OSError: the data folder cannot be made or read.
    """
    settings = settings or Settings.from_environment(os.environ)
    app = Flask("forms_service", static_folder=None, template_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=BODY_LIMIT_BYTES,
        MAX_FORM_MEMORY_SIZE=BODY_LIMIT_BYTES,
        MAX_FORM_PARTS=FIELD_LIMIT,
    )
    # Redirects that Werkzeug makes by itself name the host of the request.
    app.url_map.merge_slashes = False
    parts = _parts(settings, clock)
    app.extensions[EXTENSION] = parts
    app.before_request(_note_route)
    _check_origins(app, Origins(settings))
    parts.limiter.init_app(app)
    errors.register(app)
    for views in (probes, status, desk_pages, partner_pages, asking_pages, forms_views):
        app.register_blueprint(views.blueprint)
    open_doors(
        app,
        parts.doors,
        settings,
        vendor=lambda: release().program.vendor,
        navigation={Kind.STAFF: desk_navigation.ENTRIES, Kind.PARTNER: partner_pages.ENTRIES},
        kinds=(Kind.STAFF, Kind.PARTNER),
    )
    warming.needed(parts.site.current().program, clock)
    app.extensions[WATCH] = Watch(_rounds(parts, Erasing(parts.store, settings.data_dir, clock)), clock)
    app.wsgi_app = Outermost(  # type: ignore[method-assign]
        app.wsgi_app, parts.site, settings, parts.traffic, PromisedPages(parts.promise), parts.body_limits
    )
    return app


def service_of(app: Flask) -> Service:
    """The parts of an application made here."""
    parts: Service = app.extensions[EXTENSION]
    return parts


def watch_of(app: Flask) -> Watch:
    """What does the rounds of an application made here, once it is started."""
    watch: Watch = app.extensions[WATCH]
    return watch


def _rounds(parts: Service, erasing: Erasing) -> Rounds:
    """The work by the clock. Whom a restored backup brought back is taken out before anybody is served."""
    erasing.reapply()
    return Rounds(
        parts.store,
        lambda: parts.site.current().program,
        parts.settings.data_dir,
        tidy=lambda: parts.doors.entrance.tidy() + parts.asking.tidy(),
        mail_is_owed=parts.outbox.wake,
        promise=parts.promise,
        also={"access": parts.asking.answer_the_rest},
    )


def _parts(settings: Settings, clock: Clock) -> Service:
    site = Site(settings.site_dir)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = settings.secret_key or kept_secret_key(settings.data_dir)
    tokens = StatusTokens(key, settings.secret_key_fallbacks)

    def prefix(language: str) -> str:
        return "" if language == site.current().default_language else f"/{language}"

    def status_link(record: Mapping[str, Any]) -> str:
        return f"{settings.base_url}{prefix(record['lang'])}/status/{tokens.of(record)}"

    def privacy_page(language: str) -> str:
        return f"{settings.site_url}{prefix(language)}/privacy/"

    store = Store(settings.data_dir / JOURNAL)
    compose = Composer(
        lambda: site.current().program,
        status_link,
        sign_in_link=lambda mail: doors.entrance.link_for(mail),
        sent_from=lambda address: lost_links.sent_from(address),
        privacy_page=privacy_page,
        staff_letters=StaffLetters(
            lambda reference: store.get("records", reference),
            lambda reference: f"{settings.base_url}{desk_address(reference)}",
        ),
        partner_letters=PartnerLetters(
            lambda reference: store.get("partners", reference),
            lambda reference: f"{settings.base_url}/partner/{reference}",
            lambda reference: f"{settings.base_url}/desk/partners/{reference}",
            privacy_page,
        ),
        asker_letters=AskerLetters(
            lambda mail: asking.link_for(mail), f"{settings.base_url}{AREAS[Kind.PARTNER]}/ask"
        ),
        mail_from=settings.mail_from,
    )
    traffic = Traffic()

    def compose_in_calm(mail: Mapping[str, Any], record: Mapping[str, Any] | None) -> Letter | None:
        traffic.wait_for_calm(MAIL_WAITS_SECONDS)
        return compose(mail, record)

    courier = Courier(from_url(settings.mail_url, settings.data_dir / "mail"), compose_in_calm)
    outbox = Outbox(store, courier, clock=clock)
    submissions = Submissions(store, tokens, clock, mail_is_owed=outbox.wake)
    counting = Counting(store, lambda: site.current().program)
    desk = Desk(
        store,
        tokens,
        clock,
        lambda: site.current().program,
        mail_is_owed=outbox.wake,
        also={
            **deeds.ALSO,
            Action.PRE_ACCEPT: (*deeds.ALSO[Action.PRE_ACCEPT], reconsidering.take_up, partners.begin),
            Action.REJECT: (*deeds.ALSO[Action.REJECT], reconsidering.give_up),
        },
        counting=counting,
    )
    asks = None if settings.rate_limit else Allowance(None, timedelta(0))
    lost_links = LostLinks(store, tokens, clock, mail_is_owed=outbox.wake, asks=asks)
    doors = make_doors(
        settings, key, store, clock, mail_is_owed=outbox.wake, lang=site.current().default_language
    )
    doors.staffing.seed(settings.staff)
    partnerships = partners.Partners(store, clock, lambda: site.current().program, mail_is_owed=outbox.wake)
    asking = Asking(
        store,
        doors.keys,
        clock,
        partnerships,
        base_url=settings.base_url,
        limited=bool(settings.rate_limit),
        mail_is_owed=outbox.wake,
    )
    return Service(
        settings,
        clock,
        site,
        store,
        submissions,
        lost_links,
        desk,
        partnerships,
        PartnerRevenue(store, partnerships),
        PartnerDeals(store),
        PartnerList(store, lambda: site.current().program),
        Agreements(store, partnerships, is_deleted=compacting.owe),
        deeds.Deeds(store, clock, lambda: site.current().program),
        limiter(settings.rate_limit, exempt=(desk_pages.blueprint.name, partner_pages.blueprint.name)),
        outbox,
        doors,
        asking,
        BodyLimits(doors.entrance.visit, session_cookie(is_https=settings.is_https)),
        traffic,
        Promise(counting, lambda: site.current().program),
    )


def desk_address(reference: str) -> str:
    """The page of a submission at the desk; the desk itself for an empty text."""
    return f"/desk/submissions/{reference}" if reference else "/desk/"


def _note_route() -> None:
    """For the log: the pattern of the address, never the address, which may hold a token."""
    rule = request.url_rule
    is_page = rule is not None and rule.endpoint.startswith(f"{forms_views.blueprint.name}.")
    there = page() if is_page else None
    request.environ[ROUTE] = there.path if there else "-" if rule is None or is_page else rule.rule


def _check_origins(app: Flask, origins: Origins) -> None:
    @app.before_request
    def check() -> None:
        if request.method not in UNSAFE:
            return
        there = page()
        allowed = origins.allows(
            request.headers,
            request.host,
            public_form=there is not None and there.takes_posts,
            has_token=request.endpoint == "status.act",
        )
        if not allowed:
            abort(403)
