"""Public views: forms and status pages. Errors are answered in `web.errors`."""
