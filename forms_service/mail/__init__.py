"""Mail: queued with the record it is about, composed when sent, delivered at least once."""
