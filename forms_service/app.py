"""Application factory: builds the WSGI application from settings and a clock."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from flask import Flask, abort, request

from forms_service.domain.auth.roles import UserKind
from forms_service.domain.auth.sign_in_urls import AREAS
from forms_service.domain.clock import Clock
from forms_service.domain.partners.partner_years import day_of
from forms_service.domain.references import StatusTokens
from forms_service.domain.submissions.submission import parse
from forms_service.domain.table_names import PARTNERS, RECORDS
from forms_service.jobs.scheduler import Scheduler
from forms_service.jobs.worker import Worker
from forms_service.mail.composer import Composer
from forms_service.mail.for_partners import PartnerMails
from forms_service.mail.for_senders import AccessMails
from forms_service.mail.for_staff import StaffMails
from forms_service.mail.outbox import MailSender, Outbox
from forms_service.mail.sender_context import SenderContext
from forms_service.mail.transport import from_url
from forms_service.server.traffic import Traffic
from forms_service.services import (
    audit_log,
    conflict_lookup,
    data_files,
    duplicate_lookup,
    partners,
    program_versions,
)
from forms_service.services.access_requests import AccessRequests
from forms_service.services.agreements import Agreements
from forms_service.services.auth import Auth, make_auth
from forms_service.services.clock_guard import system_clock
from forms_service.services.database import open_store
from forms_service.services.drafts import Drafts
from forms_service.services.erasure import Erasure
from forms_service.services.lost_links import LostLinks
from forms_service.services.mail_digests import Digests
from forms_service.services.mail_followup import Resending
from forms_service.services.on_time_rate import OnTimeRate
from forms_service.services.partner_deals import PartnerDeals
from forms_service.services.partner_list import PartnerList
from forms_service.services.partner_revenue import PartnerRevenue
from forms_service.services.privacy import PrivacyRequests
from forms_service.services.queue_figures import QueueFigures
from forms_service.services.rate_limiter import RateLimiter
from forms_service.services.secret_key import kept_secret_key
from forms_service.services.staff_decisions import StaffDecisions
from forms_service.services.statistics import Statistics
from forms_service.services.status_links import StatusLinks
from forms_service.services.submission_detail import SubmissionDetails
from forms_service.services.submission_queue import SubmissionQueue
from forms_service.services.submissions import Submissions
from forms_service.settings import Settings
from forms_service.store.store import Store
from forms_service.web import errors, health_views, warmup
from forms_service.web.auth.permissions import session_cookie
from forms_service.web.auth.setup import install_auth
from forms_service.web.context import EXTENSION, ROUTE, Service, page, release
from forms_service.web.desk import blueprint as desk_pages
from forms_service.web.desk.context import ENTRIES as DESK_MENU
from forms_service.web.middleware import FIELD_LIMIT, Middleware
from forms_service.web.partner import access_request_views
from forms_service.web.partner import blueprint as partner_pages
from forms_service.web.partner.context import ENTRIES as PARTNER_MENU
from forms_service.web.promise_pages import PromisePages
from forms_service.web.public import check_views, draft_views, status_form_views, status_views
from forms_service.web.public import form_views as forms_views
from forms_service.web.security import UNSAFE, Origins, limit_forms
from forms_service.web.site import Site
from forms_service.web.uploads import BODY_LIMIT_BYTES, BodyLimits
from partner_program import Program

WORKER = "partner_channel_worker"
"""Where the application keeps the worker of its scheduled jobs."""

SPARE_THREADS = 8
"""So many threads beyond THREADS never wait for the disk: while it stalls they read pages, refuse forms."""


def create_app(settings: Settings | None = None, *, clock: Clock = system_clock) -> Flask:
    """Build the application: Flask inside its WSGI middleware; a test client passes through both.

    It opens the store, which only one process can. Mail is delivered once `service_of(app).outbox.start()`
    is called; until then it is queued.

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
    app.url_map.converters["form_page"] = draft_views.FormPage
    parts = _parts(settings, clock)
    app.extensions[EXTENSION] = parts
    app.extensions["store"] = parts.store
    app.before_request(_note_route)
    _check_origins(app, Origins(settings))
    uncounted = (desk_pages.blueprint.name, partner_pages.blueprint.name)
    checks = RateLimiter.of(check_views.CHECKS_PER_CLIENT if settings.rate_limit else "")
    own = {check_views.blueprint.name: checks}
    app.before_request(partial(limit_forms, RateLimiter.of(settings.rate_limit), uncounted, own))
    errors.register(app)
    for views in (
        health_views,
        status_views,
        desk_pages,
        partner_pages,
        access_request_views,
        check_views,
        draft_views,
        forms_views,
    ):
        app.register_blueprint(views.blueprint)
    install_auth(
        app,
        parts.auth,
        settings,
        vendor=lambda: release().program.vendor,
        navigation={UserKind.STAFF: DESK_MENU, UserKind.PARTNER: PARTNER_MENU},
        kinds=(UserKind.STAFF, UserKind.PARTNER),
    )
    warmup.needed(parts.site.current().program, clock)
    app.extensions[WORKER] = Worker(_scheduler(parts, Erasure(parts.store, settings.data_dir, clock)), clock)
    app.wsgi_app = Middleware(  # type: ignore[method-assign]
        app.wsgi_app, parts.site, settings, parts.traffic, PromisePages(parts.promise), parts.body_limits
    )
    return app


@dataclass(frozen=True, kw_only=True)
class RunningService(Service):
    """Services of one application: those of its views, and what only `app`, `serve` and the jobs use."""

    store: Store
    status_links: StatusLinks
    body_limits: BodyLimits
    traffic: Traffic


def service_of(app: Flask) -> RunningService:
    """Services of an application that `create_app` built."""
    parts: RunningService = app.extensions[EXTENSION]
    return parts


def worker_of(app: Flask) -> Worker:
    """Worker thread of an application that `create_app` built."""
    watch: Worker = app.extensions[WORKER]
    return watch


def _scheduler(parts: RunningService, erasing: Erasure) -> Scheduler:
    """The work by the clock. Whom a restored backup brought back is taken out before anybody is served."""
    erasing.reapply()
    return Scheduler(
        parts.store,
        lambda: parts.site.current().program,
        parts.settings.data_dir,
        tidy=lambda: parts.auth.sign_in.tidy() + parts.access_requests.tidy() + parts.drafts.tidy(),
        wake_outbox=parts.outbox.wake,
        promise=parts.promise,
        also={
            "access": parts.access_requests.answer_the_rest,
            "partner list": lambda: prepare_partner_list(parts),
        },
    )


def prepare_partner_list(parts: RunningService) -> None:
    """Count what the first look of the day would wait for."""
    parts.partner_list.prepare(day_of(parts.clock()), parts.traffic.give_way)


def _parts(settings: Settings, clock: Clock) -> RunningService:
    site = Site(settings.site_dir, settings.site_url)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    key = settings.secret_key or kept_secret_key(settings.data_dir)
    tokens = StatusTokens(key, settings.secret_key_fallbacks)
    store = open_store(settings, clock=clock)
    traffic = Traffic()

    def program() -> Program:
        return site.current().program

    def wake_outbox() -> None:
        outbox.wake()

    counting = Statistics(store, program)
    queue = SubmissionQueue(store, clock, program)
    asks = None if settings.rate_limit else RateLimiter(None, timedelta(0))
    lost_links = LostLinks(store, tokens, clock, wake_outbox=wake_outbox, asks=asks)
    auth = make_auth(
        settings, key, store, clock, wake_outbox=wake_outbox, lang=site.current().default_language
    )
    drafts = Drafts(
        store, auth.keys, clock, program, limited=bool(settings.rate_limit), wake_outbox=wake_outbox
    )
    partnerships = partners.Partners(store, clock, program, wake_outbox=wake_outbox)
    asking = AccessRequests(
        store,
        auth.keys,
        clock,
        partnerships,
        base_url=settings.base_url,
        limited=bool(settings.rate_limit),
        wake_outbox=wake_outbox,
    )
    compose = _composer(settings, site, store, tokens, auth, lost_links, asking, drafts)
    courier = MailSender(from_url(settings.mail_url, settings.data_dir / "mail"), compose)
    outbox = Outbox(store, courier, clock=clock, traffic=traffic)
    auth.staff_admin.seed(settings.staff)
    return RunningService(
        settings=settings,
        clock=clock,
        site=site,
        store=store,
        submissions=Submissions(
            store,
            tokens,
            clock,
            wake_outbox=wake_outbox,
            digests=Digests(limited=bool(settings.rate_limit)),
            version_day=lambda program: site.current().version_days.get(program.hash, ""),
        ),
        drafts=drafts,
        lost_links=lost_links,
        status_links=StatusLinks(store, tokens, clock, wake_outbox=wake_outbox),
        queue=queue,
        details=SubmissionDetails(store, clock, program),
        figures=QueueFigures(counting, queue, clock, program),
        health=store.health,
        decisions=StaffDecisions(store, clock, program, wake_outbox=wake_outbox),
        mail_followup=Resending(store, clock, program, wake_outbox=wake_outbox),
        privacy=PrivacyRequests(store, settings.data_dir, program, clock),
        partners=partnerships,
        partner_revenue=PartnerRevenue(store, partnerships),
        partner_deals=PartnerDeals(store),
        partner_list=PartnerList(store, program),
        agreements=Agreements(store, partnerships, is_deleted=data_files.request_compaction),
        audit_log=audit_log.AuditLog(store, clock, program),
        outbox=outbox,
        auth=auth,
        access_requests=asking,
        body_limits=BodyLimits(auth.sign_in.visit, session_cookie(is_https=settings.is_https)),
        traffic=traffic,
        promise=OnTimeRate(counting, program),
    )


def _composer(
    settings: Settings,
    site: Site,
    store: Store,
    tokens: StatusTokens,
    auth: Auth,
    lost_links: LostLinks,
    asking: AccessRequests,
    drafts: Drafts,
) -> Composer:
    """What writes the mails, with the addresses that stand in them."""

    def prefix(language: str) -> str:
        return "" if language == site.current().default_language else f"/{language}"

    def privacy_page(language: str) -> str:
        return f"{settings.site_url}{prefix(language)}/privacy/"

    def partner_link(reference: str) -> str:
        return f"{settings.base_url}/partner/{reference}"

    def draft_link(mail: Mapping[str, Any]) -> str | None:
        found = drafts.link_for(mail)
        there = site.current().page_with(found[0], mail["lang"]) if found else None
        return f"{settings.base_url}{there.path}{found[1]}" if found and there else None

    return Composer(
        lambda: site.current().program,
        SenderContext(
            lambda record: f"{settings.base_url}{prefix(record['lang'])}/status/{tokens.of(record)}",
            PartnerDeals(store).partner_of_contact,
            partner_link,
            partial(program_versions.at_registration, store),
        ),
        sign_in_link=auth.sign_in.link_for,
        draft_link=draft_link,
        sent_from=lost_links.sent_from,
        privacy_page=privacy_page,
        staff_mails=StaffMails(
            lambda reference: parse(store.get(RECORDS, reference)),
            lambda reference: f"{settings.base_url}{desk_address(reference)}",
            partial(conflict_lookup.card_of, store),
            lambda record: bool(
                conflict_lookup.conflicts_of(store, record) or duplicate_lookup.of_application(store, record)
            ),
        ),
        partner_mails=PartnerMails(
            lambda reference: store.get(PARTNERS, reference),
            partner_link,
            lambda reference: f"{settings.base_url}/desk/partners/{reference}",
            privacy_page,
        ),
        access_mails=AccessMails(asking.link_for, f"{settings.base_url}{AREAS[UserKind.PARTNER]}/ask"),
        mail_from=settings.mail_from,
        bounces_to=settings.mail_bounces_to,
    )


def desk_address(reference: str) -> str:
    """URL path of a submission at the desk; of the desk itself for an empty reference."""
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
            has_token=request.endpoint in status_form_views.ENDPOINTS | draft_views.ENDPOINTS,
        )
        if not allowed:
            abort(403)
