"""Store: documents in a crash-safe journal, with TinyDB's interface and a narrow one for services.

`store.Store` is what the use cases take; FORMAT.md says what is in the file.
"""

from forms_service.store.tinydb import JournalStorage, JournalTable, open_database

__all__ = ["JournalStorage", "JournalTable", "open_database"]
