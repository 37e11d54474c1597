"""Command line: `forms-service`, one module a command."""
