"""The forms: fields, limits, sentences, pages."""
