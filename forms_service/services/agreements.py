"""Agreement files: the signed agreement of a partner, stored as a document of its own beside the record.

So what the record says of it and what is there never differ, and whatever looks after the records (backups,
checks, the journal written anew) looks after it, too.
"""

import logging
from base64 import b64decode, b64encode
from binascii import Error as NoBase64
from collections.abc import Callable
from hashlib import sha256

from forms_service.domain.partners import agreement
from forms_service.domain.partners.partner import KeptDocument, Partner
from forms_service.domain.partners.partner_permissions import PartnerActor
from forms_service.domain.partners.refusals import PartnerActionRefused
from forms_service.domain.table_names import AGREEMENTS
from forms_service.services.partners import Partners
from forms_service.store.store import Batch, Store

TABLE = AGREEMENTS

_log = logging.getLogger(__name__)


class Agreements:
    """Use cases of the agreement file, for both sides."""

    def __init__(self, store: Store, partners: Partners, *, is_deleted: Callable[[Batch], None]) -> None:
        """`is_deleted` is called in a batch that takes bytes away: they must not stay in the journal."""
        self._store = store
        self._partners = partners
        self._is_deleted = is_deleted

    def keep(self, reference: str, actor: PartnerActor, content: bytes) -> Partner | PartnerActionRefused:
        """Store the signed agreement; call `agreement.fault` on it first. Raises PartnerMissing,
        StoreUnavailable: then nothing is kept."""
        digest, written = sha256(content).hexdigest(), b64encode(content).decode("ascii")
        size = len(content)

        def put(batch: Batch, after: Partner) -> None:
            self._take_out(batch, after)
            batch.add(TABLE, {"id": after["id"], "sha256": digest, "content": written})

        return self._partners.change(
            reference,
            actor,
            lambda partner, act: agreement.keep_document(partner, act, sha256=digest, size_bytes=size),
            also=put,
        )

    def remove(self, reference: str, actor: PartnerActor) -> Partner | PartnerActionRefused:
        """Delete the file. Raises PartnerMissing, StoreUnavailable."""
        return self._partners.change(reference, actor, agreement.remove_document, also=self._take_out)

    def content(self, partner: Partner) -> bytes | None:
        """Content of the file as uploaded; None where none is kept, or where its checksum does not match."""
        kept: KeptDocument | None = partner["agreement"]["document"]
        found = self._store.get(TABLE, partner["id"]) if kept else None
        if kept is None or found is None:
            return None
        try:
            content = b64decode(found["content"], validate=True)
        except NoBase64:
            content = b""
        if sha256(content).hexdigest() == kept["sha256"]:
            return content
        _log.error("a signed agreement is not what was kept", extra={"partner": partner["id"]})
        return None

    def _take_out(self, batch: Batch, after: Partner) -> None:
        if batch.how_many(TABLE, "id", after["id"]):
            batch.remove(TABLE, after["id"])
            self._is_deleted(batch)
