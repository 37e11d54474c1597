"""How it goes, in numbers and pictures: counted from records, drawn on the server. No store, clock or web."""
