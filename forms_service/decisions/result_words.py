"""What became of an approved deal, as all its readers are told: labels and values. Pure."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal

from forms_service.decisions.states import State
from forms_service.texts import N_, texts
from partner_program.model import Language

_WHEN = {State.WON: N_("Won on"), State.LOST: N_("Lost on")}


def told(result: Mapping[str, Any] | None, language: Language) -> list[tuple[str, str]]:
    """The day, the value of what was won, why it was lost; nothing where nothing was reported."""
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
