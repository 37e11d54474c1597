"""A person's data: what there is under an e-mail address, as a file for them, and away for good.

A person is known by one address. What was decided stays as bare facts (what, when, by whom of the vendor, for
which reason), as the law lets a company keep them; what was said goes.
"""
