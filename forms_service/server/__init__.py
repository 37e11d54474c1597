"""HTTP server: waitress with deadlines and strict parsing, and JSON logs. Independent of the application."""
