"""Wrong uses of stored documents: the type checker reports each line marked `wrong`, and no other."""

from forms_service.domain.partners.partner import Partner, PartnerState, Progress
from forms_service.domain.submissions import submission
from forms_service.domain.submissions.submission import Application, Deal, Decision, Submission
from forms_service.domain.submissions.workflow import Action, Role, State, SubmissionKind


def states(record: Submission) -> None:
    record["state"] = State.WITHDRAWN
    record["state"] = "withdrwan"  # wrong
    record["state"] = State.WITHDRWAN  # wrong
    record["state"] = Action.WITHDRAW  # wrong
    record["stat"] = State.WITHDRAWN  # wrong


def kinds(record: Submission, deal: Deal) -> bool:
    deal["kind"] = SubmissionKind.APPLICATION  # wrong
    if record["kind"] == "dael":  # wrong
        return True
    return record["kind"] == SubmissionKind.DEAL


def answers(record: Submission) -> str:
    if record["kind"] == SubmissionKind.DEAL:
        record["said"]["company_name"]  # wrong
        return record["said"]["customer_name"]
    record["said"]["customer_name"]  # wrong
    record["said"]["tier"] = 1  # wrong
    return record["said"]["company_name"]


def history(record: Submission) -> None:
    entry = record["history"][0]
    entry["what"] = Action.TAKE
    entry["what"] = "takes"  # wrong
    entry["role"] = Role.STAFF
    entry["role"] = "stuff"  # wrong
    entry["state"] = "reveiced"  # wrong
    entry["whom"]  # wrong


def decisions(made: Decision, record: Submission) -> None:
    made["outcome"] = State.APPROVED
    made["outcome"] = State.RECEIVED  # wrong
    made["outcome"] = "aproved"  # wrong
    made["benefit"] = "discount"
    made["benefit"] = "discuont"  # wrong
    record["result"]["outcome"] = State.WON
    record["result"]["outcome"] = State.APPROVED  # wrong


def documents(record: Submission, application: Application, deal: Deal) -> list[Deal]:
    submission.company_named({"id": "DEAL-2222-2222"})  # wrong
    return [deal, application]  # wrong


def partners(partner: Partner) -> None:
    partner["state"] = PartnerState.ENDED
    partner["state"] = "eneded"  # wrong
    partner["history"][0]["whom"]  # wrong
    partner["qualifications"][0]["kind"] = "tehcnical"  # wrong
    partner["goals"][0]["state"] = Progress.PLANNED
    partner["goals"][0]["state"] = PartnerState.ACTIVE  # wrong
    partner["lifted"][0]["what"] = "resumed"  # wrong
    partner["renewals"][0]["decision"] = "renewed"  # wrong
