"""The partner's own place: everything below /partner/."""
