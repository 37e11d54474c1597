"""The documents that the store is measured with."""

from typing import Any

Document = dict[str, Any]


def document(n: int) -> Document:
    """A deal of 1 KB."""
    return {
        "id": f"DEAL-{n:08}",
        "kind": "deal",
        "state": "received",
        "received_at": f"2026-11-25T03:28:39.{n % 1_000_000:06}Z",
        "decide_by": "2026-11-27T22:59:59Z",
        "fingerprint": f"fingerprint {n}",
        "token_hashes": [f"token {n}"],
        "said": {
            "partner_email": f"sales{n}@example.com",
            "partner_tax_id": f"{n:010}",
            "customer_name": f"Customer {n}",
            "description": "ż" * 280,
        },
    }
