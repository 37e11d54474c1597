"""The store: documents in a crash-safe journal, with TinyDB's own interface and a narrow one for use cases.

`records.Store` is what the use cases take; FORMAT.md says what is in the file.
"""

from .database import JournalTable, open_database
from .storage import JournalStorage

__all__ = ["JournalStorage", "JournalTable", "open_database"]
