"""Publishing: build the site, check it, and swap it in atomically."""
