"""Privacy: search for a person in documents, redaction, retention periods. Pure.

A person is known by one address. What was decided stays as bare facts (what, when, by whom of the vendor, for
which reason), as the law lets a company keep them; what was said goes.
"""
