"""Build the site, check it, and put it in place whole."""
