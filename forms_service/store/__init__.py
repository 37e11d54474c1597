"""The store: documents in a crash-safe journal, with TinyDB's own interface and a narrow one for use cases.

`store.Store` is what the use cases take; FORMAT.md says what is in the file.
"""

from forms_service.store.tinydb import JournalStorage, JournalTable, open_database

__all__ = ["JournalStorage", "JournalTable", "open_database"]
