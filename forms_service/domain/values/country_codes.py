"""ISO 3166-1 alpha-2 country codes, and `XK`, which everybody uses for Kosovo although ISO assigns none."""

from functools import cache
from importlib.resources import files


@cache
def country_codes() -> frozenset[str]:
    """Every country code that can be chosen (no groups, no other user-assigned codes)."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text(encoding="utf-8")
    codes = (line.split("\t")[0] for line in table.splitlines() if line and not line.startswith("#"))
    return frozenset({*codes, "XK"})
