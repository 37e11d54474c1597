"""Values people type: tax numbers, amounts, countries, addresses, CSV tables. Text in, value or mistake out."""
