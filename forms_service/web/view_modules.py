"""View modules: every `*_views` module of a package is imported, so that a new page needs no list."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def import_views(package: ModuleType) -> None:
    """Import the `*_views` modules of a package; each registers its views on the package's blueprint."""
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        if module.name.endswith("_views"):
            import_module(module.name)
