"""Companies: names, web domains and the keys by which the same company is found. Pure."""
