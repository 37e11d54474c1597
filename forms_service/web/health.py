"""Questions of machines: does the process live, can it store. Asked under any host name; no personal data."""

from flask import Blueprint, Response, jsonify

from forms_service.web.context import service

blueprint = Blueprint("probes", __name__)


@blueprint.get("/healthz", provide_automatic_options=False)
def lives() -> Response:
    """The process answers."""
    return jsonify(alive=True)


@blueprint.get("/readyz", provide_automatic_options=False)
def can_store() -> tuple[Response, int]:
    """Whether a form sent now would be stored (503 where not), and what else needs somebody's attention."""
    parts = service()
    health = parts.health()
    answer = jsonify(
        ready=health.ok,
        store={
            "problem": health.problem,
            "torn_lines_set_aside": [path.name for path in health.set_aside],
        },
        mail={"problem": "mail waits" if parts.outbox.trouble else None},
        site={"problem": parts.site.problem},
    )
    return answer, 200 if health.ok else 503
