"""Builders of what tests need: a clock, submissions, partners, mails, and the parts of the service around them."""
