"""Submissions: applications and deal registrations, their workflow, deadline and conflicts. Pure."""
