"""The store: TinyDB documents in a crash-safe journal. `records.Store` is the interface of the use cases."""
