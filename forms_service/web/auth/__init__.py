"""Authentication views: signing in and out, and the permission of each view."""
