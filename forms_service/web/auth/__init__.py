"""Signing in and out, and which permission a view asks for."""
