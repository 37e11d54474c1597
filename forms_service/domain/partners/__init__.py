"""Partners: the rules of a partner record, from pre-acceptance to renewal. Pure."""
