"""Values: parsers of tax numbers, amounts, dates, countries, addresses, CSV tables. Pure."""
