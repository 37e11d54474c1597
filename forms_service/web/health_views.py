"""Health checks: liveness and readiness. Answered under any Host; no personal data."""

from flask import Blueprint, Response, jsonify

from forms_service.web.context import service

blueprint = Blueprint("probes", __name__)


@blueprint.get("/healthz", provide_automatic_options=False)
def lives() -> Response:
    """Liveness: the process answers."""
    return jsonify(alive=True)


@blueprint.get("/readyz", provide_automatic_options=False)
def can_store() -> tuple[Response, int]:
    """Readiness: whether a form could be stored (503 where not), and further problems."""
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
