"""Every field that anything in the service reads, found by looking: forms of pages, and what views ask for.

A browser of each side follows the links of every page and notes the forms; each is sent once as it stands,
nothing being stored, while the request notes by which names it is asked. So a new field, query or address is
found by itself.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask, Request
from flask.testing import FlaskClient
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from tests.factories.desk import OWN
from tests.factories.html import Element, Form, ParsedPage

AROUND = frozenset({"lang", "next", "done"})
"""What is asked for by the frame around every page, by its one function."""


class Noting(ImmutableMultiDict[str, Any]):
    """Fields of a request, which note by which names they are asked for."""

    names: ClassVar[set[str]] = set()

    def __getitem__(self, name: str) -> Any:
        self.names.add(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self.names.add(str(name))
        return super().__contains__(name)

    def getlist(self, name: str, type: Any = None) -> Any:
        self.names.add(name)
        return super().getlist(name) if type is None else super().getlist(name, type)


class NotingRequest(Request):
    """Of an application that is looked at."""

    parameter_storage_class = Noting


@dataclass(frozen=True)
class Asked:
    """A request as a page has it sent, and one of its fields."""

    who: str
    method: str
    rule: str
    address: str
    fields: tuple[tuple[str, str], ...]
    typed: frozenset[str] = frozenset()
    """Those of the fields that people type or choose."""
    texts: frozenset[str] = frozenset()
    """Those that hold a text."""
    name: str = ""

    @property
    def action(self) -> str:
        """What is done, where an address does several things."""
        said = dict(self.fields)
        return f"{said.get('action', '')} {said.get('confirmed', '')}"

    def __str__(self) -> str:
        return f"{self.who} {self.method} {self.rule} {self.action}: {self.name}"


@dataclass
class Explorer:
    """Finds them."""

    app: Flask
    browsers: Mapping[str, FlaskClient]
    seen: set[str] = field(default_factory=set)
    found: dict[tuple[str, ...], Asked] = field(default_factory=dict)
    rules: set[tuple[str, str]] = field(default_factory=set)
    """Method and rule of every request that was answered as somebody's who may ask it."""

    def explore(self, who: str, *addresses: str) -> None:
        """Every page that these lead to, and every form on the way."""
        waiting = list(addresses)
        while waiting:
            address = waiting.pop()
            path = urlsplit(address).path
            rule = self._rule("GET", path)
            if rule is None or f"{who} {path}" in self.seen:
                continue
            self.seen.add(f"{who} {path}")
            query = tuple(parse_qsl(urlsplit(address).query))
            for found in self._try(Asked(who, "GET", rule, path, query)):
                # A page as it stands comes first: another year of it may hold less.
                waiting.insert(0 if urlsplit(found).query else len(waiting), found)

    def _try(self, asked: Asked, further: int = 2) -> list[str]:
        """Send it as it stands; where its answer leads. The forms of its answer are tried as well."""
        names = sorted({_row_of_all(name) for name in dict(asked.fields)} - {"form", "seen"})
        key = " ".join((asked.who, asked.method, asked.rule, asked.action, *names))
        if names and key in self.seen:
            return []
        self.seen.add(key)
        Noting.names = set()
        answer = self.send(asked)
        if answer.status_code in (404, 405):
            return []
        self.rules.add((asked.method, asked.rule))
        for name in sorted(Noting.names | dict(asked.fields).keys()):
            self._note(asked, name)
        if not further or "html" not in (answer.content_type or ""):
            return []
        root = ParsedPage.of(answer.text).root
        found = [urljoin(asked.address, a.attributes.get("href", "")) for a in root.all("a")]
        for form in map(Form, root.all("form")):
            for each in self._sent_by(asked, form):
                found += self._try(each, further - 1)
        return found if asked.method == "GET" else []

    def _note(self, asked: Asked, name: str) -> None:
        """Both sides' pages of a partner, and both languages of a page, are read by the same functions."""
        typed = name in asked.typed
        rule = asked.rule.replace("/desk/partners", "/partner").replace("/<prefix>", "")
        where = (asked.method, rule, asked.action if typed else "") if name not in AROUND else (asked.method,)
        self.found.setdefault((*where, _row_of_all(name)), replace(asked, name=name))

    def _sent_by(self, page: Asked, form: Form) -> Iterator[Asked]:
        """What the form sends, by each of its buttons."""
        address = urlsplit(urljoin(page.address, form.address or page.address))
        method = form.element.attributes.get("method", "get").upper()
        rule = self._rule(method, address.path)
        if rule is None or rule.endswith(("/sign-out", "/language")):
            return
        for button in form.element.all("button") or [Element("button", {})]:
            fields = {name: values[0] for name, values in form.filled({}).items()}
            fields |= {
                control.attributes["name"]: fields.get(control.attributes["name"], "")
                for control in form._controls
            }
            fields |= dict(parse_qsl(address.query)) if method == "GET" else {}
            for each in form.element.all("button"):
                fields.pop(each.attributes.get("name", ""), None)
            if button.attributes.get("name"):
                fields[button.attributes["name"]] = button.attributes.get("value", "")
            typed, texts = (
                frozenset(each.attributes["name"] for each in form._controls if fits(each))
                for fits in (_is_typed, _is_text)
            )
            yield Asked(page.who, method, rule, address.path, tuple(fields.items()), typed, texts)

    def _rule(self, method: str, path: str) -> str | None:
        try:
            rule, _ = self.app.url_map.bind("localhost").match(path, method, return_rule=True)
        except HTTPException:
            return None
        return str(rule.rule)

    def send(self, asked: Asked) -> TestResponse:
        """As it stands."""
        fields = dict(asked.fields)
        browser = self.browsers[asked.who]
        if asked.method == "GET":
            return browser.get(asked.address, query_string=fields, headers=OWN)
        return browser.post(asked.address, data=fields, headers=OWN)


def _row_of_all(name: str) -> str:
    """All rows of a list are read alike."""
    return re.sub(r"-\d+(-|$)", r"-0\1", name)


def _is_typed(control: Element) -> bool:
    return control.attributes.get("type") != "hidden"


def _is_text(control: Element) -> bool:
    kind = control.attributes.get("type", "text")
    return control.tag == "textarea" or (control.tag == "input" and kind not in _NO_TEXT)


_NO_TEXT = frozenset({"hidden", "checkbox", "radio", "file", "search"})
