"""Rebuilder: rebuilds the site after each save, and notifies the preview."""

import sys
import threading
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler

from publishing import build

WAIT_SECONDS = 20
"""How long a page's question for news is held before it is answered with none."""

SETTLE_SECONDS = 0.15
"""An editor saves in several steps; a build starts when they are over."""


class News:
    """State of the last build: what is served, and mistakes since."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._build = ""
        self._mistakes = ""
        self._turn = 0
        self._ended = False

    def end(self) -> None:
        """Nobody waits any longer. Safe to call from a signal handler."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def built(self, name: str) -> None:
        """A build is in place; notifies nobody when it was there before."""
        if (name, "") != (self._build, self._mistakes):
            self._tell(name, "")

    def failed(self, mistakes: str) -> None:
        """The sources are wrong; the last build stays."""
        self._tell(self._build, mistakes)

    def _tell(self, name: str, mistakes: str) -> None:
        with self._changed:
            self._build, self._mistakes, self._turn = name, mistakes, self._turn + 1
            self._changed.notify_all()

    def after(self, seen: str, timeout: float = WAIT_SECONDS) -> dict[str, str]:
        """The news, at once if they differ from what was seen, else when there are some."""
        with self._changed:
            self._changed.wait_for(lambda: seen != self.mark or self._ended, timeout)
            return {"build": self.mark, "mistakes": self._mistakes}

    @property
    def has_mistakes(self) -> bool:
        """Whether the last build is not of what was saved last."""
        return bool(self._mistakes)

    @property
    def mark(self) -> str:
        """Changes with each piece of news."""
        return f"{self._build}-{self._turn}"

    @property
    def mistakes(self) -> str:
        """What is wrong now, a line each; empty when all is well."""
        return self._mistakes


class Rebuilder(FileSystemEventHandler):
    """Watcher: builds after each save, once per burst of events, and publishes the news."""

    def __init__(self, root: Path, site: Path, news: News) -> None:
        self._root, self._site, self._news = root, site, news
        self._dirty = threading.Event()
        self._stopped = threading.Event()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Any change of a source; a read is none."""
        if event.event_type not in ("opened", "closed_no_write"):
            self._dirty.set()

    @property
    def has_work(self) -> bool:
        """Whether something was saved that no build has begun with."""
        return self._dirty.is_set()

    def build(self) -> None:
        """Build now; mistakes go to the terminal and the page, and whatever goes wrong ends nothing."""
        try:
            folder, fresh = build.build(self._root, self._site, preview=True)
        except build.BuildFailed as error:
            self._failed(str(error))
        except Exception as error:
            # Such as a file that was there a moment ago: the next save is another try.
            self._failed(f"{type(error).__name__}: {error}")
        else:
            if fresh or self._news.has_mistakes:
                print("Built.", flush=True)
            self._news.built(folder.name)

    def _failed(self, mistakes: str) -> None:
        print(f"\n{mistakes}\nNot built; the last good site stays.", file=sys.stderr, flush=True)
        self._news.failed(mistakes)

    def run(self) -> None:
        """Until stopped: wait for a change, let it settle, build."""
        while not self._stopped.is_set():
            self._dirty.wait()
            while self._dirty.is_set() and not self._stopped.is_set():
                self._dirty.clear()
                self._stopped.wait(SETTLE_SECONDS)
            if not self._stopped.is_set():
                self.build()

    def stop(self) -> None:
        """End `run`."""
        self._stopped.set()
        self._dirty.set()
