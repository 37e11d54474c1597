"""Mail that is owed to people: made with its record, composed when sent, delivered at least once."""
