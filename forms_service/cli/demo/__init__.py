"""Demo: fictitious companies and data for `make demo`. Addresses end in example.*.

`companies` is who takes part, `filling` what happened, told through the use cases like anything real.
"""
