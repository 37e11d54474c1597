"""A partner's pages, the same for both sides: what is shown, and what a filled-in form changes."""
