"""Results: an approved deal won or lost: date, value, reason. Pure.

What was reported before stays in `former_results`, also where staff corrected it or took it back.
"""

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from forms_service.domain.clock import ZONE, moment
from forms_service.domain.submissions.action_results import Refusal, Refused
from forms_service.domain.submissions.history import OUTCOMES
from forms_service.domain.submissions.submission import Facts, Result, Submission, typed
from forms_service.domain.submissions.workflow import Action, State
from forms_service.i18n.translations import N_, texts
from partner_program.model import Language

Given = Mapping[str, Any]

NEEDED: Mapping[Action, str] = {Action.WIN: "on", Action.LOSE: "on text", Action.TAKE_BACK: "reason"}
POSSIBLE: Mapping[Action, str] = {
    Action.WIN: "value_amount value_currency text reporter",
    Action.LOSE: "reporter",
}
"""Names of the details of each action; see `actions.apply`."""

_DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_CURRENCY = re.compile("[A-Z]{3}")
_SAID = ("outcome", "on", "value_amount", "value_currency", "text")


def unfit(record: Submission, action: Action, given: Given, at: datetime) -> Refused | None:
    """Refusal of a report; None where it is possible, and for every other action."""
    if action not in OUTCOMES:
        return None
    on = _day(given["on"])
    if on is None:
        return Refused(Refusal.NOT_A_DAY, "on")
    if on > at.astimezone(ZONE).date():
        return Refused(Refusal.DAY_TO_COME, "on")
    if on < moment(record["received_at"]).astimezone(ZONE).date():
        return Refused(Refusal.BEFORE_REGISTRATION, "on")
    if "value_amount" in given and not _is_amount(given["value_amount"]):
        return Refused(Refusal.NOT_AN_AMOUNT, "value_amount")
    if "value_currency" in given and not _CURRENCY.fullmatch(given["value_currency"]):
        return Refused(Refusal.NOT_A_CHOICE, "value_currency")
    before: Mapping[str, Any] = record.get("result") or {}
    told = _result(record, action, given)
    is_same = bool(before) and all(before.get(name) == told.get(name) for name in _SAID)
    return Refused(Refusal.NOTHING_CHANGES) if is_same else None


def report(record: Submission, action: Action, given: Given, who: str, at: str) -> Facts:
    """Store the result in the record; returns facts for its history.

    A deal that is won for a value nobody named is won for the one that was registered.
    """
    before = record.pop("result", None)
    if before:
        record["former_results"] = [*record.get("former_results", ()), before]
    record["result"] = typed(Result, {"at": at, "by": who, **_result(record, action, given)})
    if given.get("reporter"):
        record["result"]["reporter"] = given["reporter"]
    return {"on": given["on"]}


def take_back(record: Submission, given: Given, who: str, at: str) -> Facts:
    """Withdraw the result; the reason is kept with it."""
    former = record.pop("result").copy()
    former["taken_back"] = {"at": at, "by": who, "reason": given["reason"]}
    record["former_results"] = [*record.get("former_results", ()), former]
    return {}


def _result(record: Submission, action: Action, given: Given) -> Facts:
    result = {"outcome": OUTCOMES[action].value, "on": given["on"]}
    if action is Action.WIN:
        said = record.get("said") or {}
        for name in ("value_amount", "value_currency"):
            if value := given.get(name) or said.get(name):
                result[name] = value
    if given.get("text"):
        result["text"] = given["text"]
    return result


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if _DAY.fullmatch(text) else None
    except ValueError:
        return None


def _is_amount(text: str) -> bool:
    return _AMOUNT.fullmatch(text) is not None and Decimal(text) > 0


_WHEN = {State.WON: N_("Won on"), State.LOST: N_("Lost on")}


def summary(result: Mapping[str, Any] | None, language: Language) -> list[tuple[str, str]]:
    """Label and value of each fact of a result; empty without one."""
    if not result:
        return []
    words = texts(language)
    when = format_date(date.fromisoformat(result["on"]), "d MMMM y", locale=language)
    lines = [(words.gettext(_WHEN[State(result["outcome"])]), when)]
    if result.get("value_amount"):
        amount = format_decimal(Decimal(result["value_amount"]), "#,##0.00", locale=language)
        lines.append((words.gettext(N_("Value of the deal")), f"{amount} {result['value_currency']}"))
    if result.get("text"):
        is_lost = result["outcome"] == State.LOST
        label = N_("Why it was lost") if is_lost else N_("Remark")
        lines.append((words.gettext(label), result["text"]))
    return lines
