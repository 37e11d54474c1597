"""Tests mirror the rooms of the product: `tests/domain` tests `forms_service/domain`, and so on."""

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
