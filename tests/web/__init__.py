"""The service as a whole: what a visitor, a browser and an attacker meet."""
