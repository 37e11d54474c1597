"""What the caches of this process hold on to."""

import functools
import gc
from collections.abc import Iterator


def long_cached_texts(length: int) -> set[str]:
    """Texts of more than so many characters in any `functools` cache, as a key or a value."""
    return {
        text
        for cached in gc.get_objects()
        if isinstance(cached, functools._lru_cache_wrapper)
        for held in gc.get_referents(cached)
        for text in _texts(held)
        if len(text) > length
    }


def _texts(held: object, depth: int = 3) -> Iterator[str]:
    if isinstance(held, str):
        yield held
    elif isinstance(held, dict | list | tuple) and depth:
        pairs = held.items() if isinstance(held, dict) else enumerate(held)
        for key, value in pairs:
            yield from _texts(key, depth - 1)
            yield from _texts(value, depth - 1)
