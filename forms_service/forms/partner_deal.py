"""A deal registered in the partner's own area: who the partner is is known, and not asked."""

from typing import Any

from werkzeug.datastructures import MultiDict

from forms_service.forms.deal_registration import DealRegistration, DealWithListedProduct
from forms_service.forms.edition import Edition


class PartnerDeal(DealRegistration):
    """With a product in the partner's own words."""

    name = "partner-deal"
    partner_tax_id = None  # type: ignore[assignment] # so WTForms leaves a field out


class PartnerDealWithListedProduct(DealWithListedProduct):
    """With a product that the program lists."""

    name = "partner-deal"
    partner_tax_id = None  # type: ignore[assignment] # so WTForms leaves a field out


def partner_deal(
    edition: Edition, formdata: MultiDict[str, str] | None, said: dict[str, Any] | None
) -> DealRegistration:
    """The form that fits the program."""
    listed = edition.program.deal_registration.products
    return (PartnerDealWithListedProduct if listed else PartnerDeal)(edition, formdata, said)
