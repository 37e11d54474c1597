"""Named-entity search in free text: e-mail addresses and names, however they are written. Pure; linear.

Text in, spans out. A text is searched in one spelling (NFKC, lower case, HTML entities and percent-encoding
decoded, `(at)` and a spaced `@` joined, invisible signs dropped), each sign of which knows the part of the
text that it stands for.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from html import unescape
from typing import NamedTuple

from forms_service.domain.companies.web_domains import ascii_form, is_top_level

Span = tuple[int, int]

_LOCAL_MOST, _DOMAIN_MOST, _LABELS_MOST = 64, 255, 10
"""Signs before and behind the `@` (RFC 5321), and labels that are looked at."""
_MARKS_MOST = 30
"""Combining marks that are composed with one letter (UAX 15, stream-safe): any more cost quadratic time."""
_HARD_MOST = 4
"""How many punctuation marks before an address may be part of it; each makes another candidate."""
_BRACKETED_AT = r"[ \t\xa0]{0,2}[\[({<]\s?(?:at|ma[łl]pa)\s?[\])}>][ \t\xa0]{0,2}"
_BRACKETED_DOT = r"[ \t\xa0]{0,2}[\[({<]\s?(?:dot|kropka)\s?[\])}>][ \t\xa0]{0,2}"
_SPACED_AT = r"[ \t\xa0]{1,2}@[ \t\xa0]{0,2}|@[ \t\xa0]{1,2}"
_TOKEN = re.compile(
    r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z]{2,31});|%(?:25){0,3}[2-7][0-9a-fA-F]|=40"
    rf"|(?P<at>{_BRACKETED_AT}|{_SPACED_AT})|(?P<dot>{_BRACKETED_DOT})|.",
    re.DOTALL | re.IGNORECASE,
)
_NEEDS_DECODING = re.compile(rf"[&%]|=40|{_BRACKETED_AT}|[ \t]@|@[ \t]", re.IGNORECASE)
_LOCAL = re.compile(r"(?:[a-z0-9.!#$%&'*+/=?^_`{|}~-]|[^\x00-\x7f])*")
_DOMAIN = re.compile(r"(?:[a-z0-9-]|[^\x00-\x7f])+(?:\.(?:[a-z0-9-]|[^\x00-\x7f])+)*")
_WRITTEN_AT = re.compile(rf"[@＠﹫]|&#|&commat|%(?:25){{0,3}}40|=40|{_BRACKETED_AT}", re.IGNORECASE)
_IN_A_WORD = frozenset(".+-_'")
"""Punctuation that joins parts of one local part; any other ends what stands before an address."""
_MADE_PLAIN = str.maketrans("‐‑’‘ʼ。", "--'''.")
_NO_WORD = frozenset("PSZ")
"""General categories of which a sign that is not ASCII ends a word: punctuation, symbols, separators."""
_JOINS = frozenset("\u200c\u200d")
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0]")
_HEBREW = "\u0590"
"""From here on there are scripts in which joiners belong to the word (RFC 5892, appendix A)."""
_DIGITS_OF_A_PHONE = 7
"""A shorter number may be anything."""
_NUMBER = re.compile(r"[+(0-9][0-9\s()./-]*")
_GAP = r"[\s()./-]{0,3}"
"""What may divide two digits of a phone number; bounded, so that a search stays linear."""
_CORE = 9
"""Digits of a Polish number without its country code; what stands before them is the code."""
_HOME = "48"


class Mention(NamedTuple):
    """An address that a text may name, and where."""

    start: int
    end: int
    address: str
    """As `domains.canonical_address` has it."""


class TextView(NamedTuple):
    """A text in one spelling. Sign n of it stands for `starts[n]` to `ends[n]` of the text itself."""

    text: str
    starts: list[int] | range
    ends: list[int] | range


def views(text: str) -> tuple[TextView, ...]:
    """One, or two where invisible signs stand in the text: they may be inside a word, or divide two."""
    if text.isascii() and not _NEEDS_DECODING.search(text):
        return (TextView(text.lower(), range(len(text)), range(1, len(text) + 1)),)
    clusters = list(_clusters(text))
    dropped = _view(clusters, "")
    return (dropped, _view(clusters, " ")) if any(not plain for plain, _, _ in clusters) else (dropped,)


def mentions(text: str) -> Iterator[Mention]:
    """Every address the text may name: `x=a@b.pl` names `a@b.pl`, and perhaps `x=a@b.pl`."""
    if not _WRITTEN_AT.search(text):
        return
    for view in views(text):
        at = view.text.find("@")
        while at >= 0:
            domains = list(_domains(text, view, at + 1))
            for local in _locals(view.text, at) if domains else ():
                start = view.starts[at - len(local)]
                yield from (Mention(start, end, f"{local}@{domain}") for domain, end in domains)
            at = view.text.find("@", at + 1)


def words_of(name: str) -> str:
    """A name or a phone number as `pattern` looks for it; empty where nothing is left to look for."""
    return " ".join(views(name)[0].text.split())


def pattern(names: Iterable[str], phones: Iterable[str] = ()) -> re.Pattern[str] | None:
    """Finds any of these in the text of a view; a name not inside other words, nor in a double name."""
    phones = tuple(phones)
    words = sorted(set(map(words_of, (*names, *phones))) - {""}, key=len, reverse=True)
    some = "|".join(re.escape(each).replace(r"\ ", r"\s+").replace("ß", "(?:ß|ss)") for each in words)
    as_typed = rf"(?<![^\W_])(?<![^\W_]-)(?:{some})(?![^\W_])(?!-[^\W_])"
    numbers = {number for phone in phones for number in _NUMBER.findall(words_of(phone)) if is_phone(number)}
    dialled = map(_dialled, sorted(numbers))
    return re.compile("|".join((*dialled, as_typed))) if words else None


def is_phone(text: str) -> bool:
    """Whether so many digits are a phone number."""
    return sum(map(str.isdigit, text)) >= _DIGITS_OF_A_PHONE


def _dialled(number: str) -> str:
    """A phone number in any grouping, with its country code or without; not inside a longer number."""
    digits = re.sub(r"[^0-9]", "", number.replace("(0)", ""))
    digits = digits.lstrip("0") if is_phone(digits.lstrip("0")) else digits
    core, front = digits[-_CORE:], digits[:-_CORE]
    code = _GAP.join(front or _HOME)
    if front[2:]:  # `+44 20 7946 0958` is `020 7946 0958` at home
        code = rf"(?:{_GAP.join(front[:2])}{_GAP}(?:0{_GAP})?|0{_GAP}){_GAP.join(front[2:])}"
    prefixed = rf"(?:(?:\+|00?)[ (]{{0,2}})?{code}"
    if not front:
        prefixed = rf"(?:(?:\+|00)[ (]{{0,2}}[0-9]{{1,3}}|{code})"
    prefix = rf"(?:\({prefixed}\)|{prefixed})"
    return rf"(?<![0-9])(?:{prefix}{_GAP}(?:0{_GAP})?|0{_GAP})?{_GAP.join(core)}(?![0-9])"


def found(looked_for: re.Pattern[str] | None, text: str) -> Iterator[Span]:
    """Where names stand in a text."""
    for view in views(text) if looked_for else ():
        for match in looked_for.finditer(view.text) if looked_for else ():
            yield view.starts[match.start()], view.ends[match.end() - 1]


def _clusters(text: str) -> Iterator[tuple[str, int, int]]:
    """Letters with their marks: in the one spelling (empty: cannot be seen), and where they stand."""
    letters, start, end = "", 0, 0
    for token in _TOKEN.finditer(text):
        piece = "@" if token["at"] else "." if token["dot"] else _decoded(token[0])
        belongs = unicodedata.combining(piece[-1]) or (piece in _JOINS and letters[:1] >= _HEBREW)
        if letters and belongs and len(letters) <= _MARKS_MOST:
            letters, end = letters + piece, token.end()
            continue
        if letters:
            yield _plain(letters), start, end
        letters, (start, end) = piece, token.span()
    if letters:
        yield _plain(letters), start, end


def _decoded(token: str) -> str:
    if len(token) == 1:
        return token
    return unescape(token) or token if token[0] == "&" else chr(int(token[-2:], 16))


def _plain(letters: str) -> str:
    if letters.isascii():
        return letters.lower()
    category = unicodedata.category(letters[0])
    if len(letters) == 1 and (category == "Cf" or _INVISIBLE.match(letters)):
        return ""
    if category in ("No", "So"):
        return " "  # a footnote's number, a picture: not the digits and letters that NFKC makes of it
    plain = unicodedata.normalize("NFKC", letters).lower().translate(_MADE_PLAIN)
    return "".join(
        " " if sign > "\x7f" and unicodedata.category(sign)[0] in _NO_WORD else sign for sign in plain
    )


def _view(clusters: Iterable[tuple[str, int, int]], invisible: str) -> TextView:
    signs: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for plain, start, end in clusters:
        for sign in plain or invisible:
            signs.append(sign)
            starts.append(start)
            ends.append(end)
    return TextView("".join(signs), starts, ends)


def _locals(text: str, at: int) -> Iterator[str]:
    """What may be the local part before an `@`, each once."""
    before = text[max(0, at - _LOCAL_MOST - 1) : at]
    matched = _LOCAL.match(before[::-1])
    run = before[len(before) - matched.end() :] if matched else ""
    begins = at - len(run)
    behind_another = begins > 0 and text[begins - 1] == "@"
    starts = {0} if len(run) <= _LOCAL_MOST else set()
    starts |= {next((n for n, sign in enumerate(run) if sign.isalnum()), len(run))} if starts else set()
    hard = [n for n in range(1, len(run)) if _ends_a_word(run, n - 1, everywhere=behind_another)]
    for start in hard[-_HARD_MOST:]:
        starts |= {start, next((n for n in range(start, len(run)) if run[n].isalnum()), len(run))}
    for start in sorted(starts):
        if any(map(str.isalnum, run[start:])):
            yield run[start:]


def _ends_a_word(run: str, at: int, *, everywhere: bool) -> bool:
    """Whether an address may begin behind this sign. `everywhere`: behind any that is no letter."""
    sign = run[at]
    if sign == "'" and not everywhere:
        return at == 0 or not run[at - 1].isalnum()
    return not sign.isalnum() and sign < "\x80" and (everywhere or sign not in _IN_A_WORD)


def _domains(text: str, view: TextView, begin: int) -> Iterator[tuple[str, int]]:
    """What may be the domain behind an `@`, in its ASCII form, and where in the text it ends.

    `b.pl.com` is no `b.pl`, but `b.pl.Dziękuję` and `b.pl-owy` are: no top-level domain is called that.
    """
    matched = _DOMAIN.match(view.text, begin, begin + _DOMAIN_MOST)
    run = ".".join(matched[0].split(".")[:_LABELS_MOST]) if matched else ""
    ends = [n for n in range(1, len(run) + 1) if run[n - 1] != "-" and (n == len(run) or run[n] in ".-")]
    whole = [n for n in ends if (n == len(run) or run[n] == ".") and "." in run[:n] and _is_known(run[:n])]
    last = max(whole, default=0)
    for end in ends:
        if "." in run[:end] and (end >= last or _begins_a_sentence(text, view, begin, begin + end)):
            domain = ascii_form(run[:end])
            if domain is not None:
                yield domain, view.ends[begin + end - 1]


def _is_known(domain: str) -> bool:
    return is_top_level(domain.rpartition(".")[2])


def _begins_a_sentence(text: str, view: TextView, begin: int, dot: int) -> bool:
    """Whether behind this dot a word begins with a capital, as no part of the domain before it does."""
    behind = text[view.ends[dot] : view.ends[dot] + _DOMAIN_MOST] if view.text[dot] == "." else ""
    word = re.match(r"\w*", behind)
    label = word[0] if word else ""
    is_title = label[:1].isupper() and not label[1:2].isupper()
    is_like_the_rest = any(map(str.isupper, text[view.starts[begin] : view.starts[dot]]))
    return is_title and not is_like_the_rest and (len(label) < 3 or not is_top_level(label.lower()))
