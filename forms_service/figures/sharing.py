"""Who shares something with whom: which records have a key that others have, too. Pure."""

from collections.abc import Iterable


class Sharing:
    """Keys and who has them. What most have alone costs little."""

    def __init__(self) -> None:
        self._holders: dict[int, str | set[str]] = {}
        self._shared: dict[str, int] = {}
        """How many of its keys somebody shares with others; only whoever shares any."""

    def is_shared(self, id: str) -> bool:
        """Whether others have a key of this one."""
        return id in self._shared

    def add(self, id: str, keys: Iterable[int]) -> list[str]:
        """It has these keys; whoever has come to share something by that, itself too."""
        changed: list[str] = []
        for key in keys:
            holders = self._holders.get(key)
            if holders is None:
                self._holders[key] = id
                continue
            if isinstance(holders, str):
                if holders == id:
                    continue
                self._holders[key] = {holders, id}
                self._more(holders, changed)
            elif id in holders:
                continue
            else:
                holders.add(id)
            self._more(id, changed)
        return changed

    def remove(self, id: str, keys: Iterable[int]) -> list[str]:
        """It has these keys no more; whoever shares nothing any longer by that, itself too."""
        changed: list[str] = []
        for key in dict.fromkeys(keys):
            holders = self._holders.get(key)
            if isinstance(holders, set):
                holders.discard(id)
                self._fewer(id, changed)
                if len(holders) == 1:
                    (last,) = holders
                    self._holders[key] = last
                    self._fewer(last, changed)
            elif holders == id:
                del self._holders[key]
        return changed

    def _more(self, id: str, changed: list[str]) -> None:
        self._shared[id] = self._shared.get(id, 0) + 1
        if self._shared[id] == 1:
            changed.append(id)

    def _fewer(self, id: str, changed: list[str]) -> None:
        self._shared[id] -= 1
        if not self._shared[id]:
            del self._shared[id]
            changed.append(id)
