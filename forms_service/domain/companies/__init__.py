"""Companies: names, web domains and index keys by which the same company is found. Pure."""
