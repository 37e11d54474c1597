"""A desk full of example companies, to look at: `make demo`. Nobody in it exists; addresses end in example.*.

`companies` is who takes part, `filling` what happened, told through the use cases like anything real.
"""
