"""The forms, the store and the web service of the partner channel."""
