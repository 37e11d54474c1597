"""The deals that the benchmarks send."""

from datetime import UTC, datetime, timedelta


def deal(number: int) -> dict[str, str]:
    """The n-th deal: a customer of its own, so that none is a duplicate."""
    return {
        "partner_tax_id": "1234563218",
        "partner_email": "contact@example.com",
        "customer_name": f"Customer {number} of the benchmark",
        "customer_country": "DE",
        "model": "resell",
        "product": "Cloud migration",
        "description": "A few sentences about the deal. " * 8,
        "value_amount": "25000.50",
        "value_currency": "EUR",
        "expected_close": (datetime.now(UTC) + timedelta(days=90)).date().isoformat(),
    }
