"""The published site: blocks, checks, builders."""
