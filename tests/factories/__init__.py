"""Builders of what tests need: a clock, submissions, partners, mails, parts of the service."""
