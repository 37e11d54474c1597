"""A partner's years, from pre-acceptance to renewal: documents in, documents out. No store, no clock."""
