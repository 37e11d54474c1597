"""HTTP server: waitress with deadlines and strict reading, and the logs. Knows nothing of what it serves."""
