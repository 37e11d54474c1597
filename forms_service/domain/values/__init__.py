"""Values people type: tax numbers, amounts, days, countries, CSV tables. Text in, value or mistake out."""
