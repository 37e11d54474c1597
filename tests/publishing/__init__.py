"""Building, swapping and previewing the site."""
