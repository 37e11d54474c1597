"""A Django form view: checks a deal as `benchmarks.bare_app` does, and keeps it."""
