"""Web domains: the registrable domain (public suffix list) of a website or e-mail address."""

import re
from functools import cache, lru_cache

import idna
from publicsuffixlist import PublicSuffixList


def _domains(text: str) -> frozenset[str]:
    return frozenset(text.split())


FREE_MAIL = _domains(
    """
    gmail.com googlemail.com outlook.com outlook.de outlook.fr hotmail.com hotmail.co.uk hotmail.fr
    hotmail.it hotmail.de hotmail.es live.com live.co.uk live.fr live.nl live.de live.it msn.com
    passport.com yahoo.com yahoo.pl yahoo.co.uk yahoo.de yahoo.fr yahoo.it yahoo.es yahoo.ca yahoo.com.br
    yahoo.co.in ymail.com rocketmail.com aol.com aim.com icloud.com me.com mac.com proton.me
    protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com tutamail.com fastmail.com
    fastmail.fm hey.com zoho.com zohomail.com zohomail.eu mail.com email.com usa.com gmx.com gmx.de
    gmx.net gmx.at gmx.ch gmx.eu gmx.fr gmx.co.uk web.de freenet.de t-online.de online.de arcor.de
    mailbox.org posteo.de posteo.net wp.pl o2.pl tlen.pl go2.pl onet.pl onet.eu onet.com.pl op.pl vp.pl
    autograf.pl buziaczek.pl amorki.pl interia.pl interia.eu interia.com poczta.fm pisz.to int.pl
    gazeta.pl agora.pl spoko.pl opoczta.pl neostrada.pl orange.pl poczta.pl mailplus.pl upcpoczta.pl
    vectra.pl toya.net.pl netia.pl seznam.cz email.cz post.cz centrum.cz volny.cz atlas.cz azet.sk
    centrum.sk zoznam.sk pobox.sk post.sk freemail.hu citromail.hu inbox.lv inbox.lt mail.ee hot.ee abv.bg
    mail.bg dir.bg mail.ru bk.ru inbox.ru list.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua
    meta.ua bigmir.net orange.fr wanadoo.fr laposte.net free.fr sfr.fr bbox.fr neuf.fr libero.it
    virgilio.it alice.it tin.it tiscali.it telefonica.net terra.es ziggo.nl kpnmail.nl planet.nl xs4all.nl
    telenet.be skynet.be proximus.be bluewin.ch hispeed.ch aon.at chello.at btinternet.com btopenworld.com
    sky.com talktalk.net virginmedia.com ntlworld.com blueyonder.co.uk comcast.net verizon.net att.net
    sbcglobal.net bellsouth.net cox.net charter.net earthlink.net shaw.ca rogers.com sympatico.ca
    bigpond.com qq.com 163.com 126.com sina.com naver.com hanmail.net daum.net rediffmail.com
    mailinator.com guerrillamail.com 10minutemail.com temp-mail.org yopmail.com trashmail.com
    sharklasers.com konto.pl plusnet.pl gmail.pl wp.eu onet.com email.sk seznam.sk mail.de mail.dk sapo.pt
    otenet.gr uol.com.br bol.com.br terra.com.br duck.com mozmail.com appleid.com telia.com t-online.hu
    onmicrosoft.com simplelogin.com anonaddy.com
    """
)
"""Providers of mailboxes for anybody; also where such a provider is a company of its own."""

PLATFORMS = _domains(
    """
    facebook.com fb.com fb.me linkedin.com lnkd.in instagram.com twitter.com x.com t.co youtube.com
    youtu.be tiktok.com pinterest.com threads.net medium.com xing.com whatsapp.com wa.me telegram.me t.me
    google.com google.pl goo.gl g.page business.site bit.ly tinyurl.com linktr.ee github.com gitlab.com
    bitbucket.org allegro.pl allegrolokalnie.pl olx.pl otomoto.pl ebay.com amazon.com amazon.pl etsy.com
    aliexpress.com alibaba.com panoramafirm.pl pkt.pl aleo.com oferteo.pl gowork.pl pracuj.pl rejestr.io
    booking.com tripadvisor.com yelp.com goldenline.pl crunchbase.com clutch.co wikipedia.org
    """
)
"""Sites on which companies have a page beside others'."""

NO_COMPANY = FREE_MAIL | PLATFORMS

_FREE_MAIL_ANYWHERE = re.compile(
    r"(?:hotmail|outlook|live|msn|yahoo|ymail|gmx|yandex|wanadoo)\.(?:[a-z]{2,3}|com?\.[a-z]{2})"
)
"""Providers with a domain in many countries."""

_HOST = re.compile(r"^(?:[a-z][a-z0-9+.-]*:)?(?://)?(?:[^/?#@]*@)?([^/?#:@\s]+)", re.IGNORECASE)
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)+")
_LAST_LABEL_IS_A_NUMBER = re.compile(r"\.[0-9]+$")
_AROUND = " \t\n.,;!()<>[]\"'„”“’\\"
"""What is typed around an address and belongs to none."""
_LONGEST_NAME = 253
_SPECIAL = frozenset({"example", "invalid", "local", "localhost", "onion", "test"})
"""Top-level domains that are on no list of public suffixes (RFC 6761)."""


@cache
def _suffixes() -> PublicSuffixList:
    """The list that comes with the package, its private section too: `acme.github.io` is not `github.io`."""
    return PublicSuffixList()


LONGEST = 320
"""Characters of an address at most (RFC 5321: 64, `@`, 255)."""


def ascii_form(host: str) -> str | None:
    """IDNA: a host name as A-labels in lower case; None where it has none.

    UTS 46, non-transitional, as mail and browsers look names up: `straße.de` is not `strasse.de`.
    """
    if len(host) > _LONGEST_NAME:
        return None
    if host.isascii():
        return host.lower() if all(0 < len(label) < 64 for label in host.split(".")) else None
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return None


def canonical_address(address: str) -> str:
    """Canonical e-mail address: lower case, its domain in ASCII.

    Of what is no address, the text itself in lower case.
    """
    local, at, host = address.strip().rpartition("@")
    return f"{local.lower()}{at}{ascii_form(host) or host.lower()}"


def is_top_level(label: str) -> bool:
    """Whether this label in lower case is a top-level domain, or one for tests and local names."""
    return label in _SPECIAL or _suffixes().publicsuffix(label, accept_unknown=False) is not None


def registered(address: str) -> str | None:
    """The registered domain (`acme.com.pl` of `https://www.shop.acme.com.pl/about` or `advisor@acme.com.pl`).

    International names come in their ASCII form. None where there is no domain: an IP address (no top-level
    domain is a number, RFC 3696), one label, a public suffix, something else altogether, more than LONGEST.
    """
    return _registered(address) if len(address) <= LONGEST else None


@lru_cache(maxsize=8192)
def _registered(address: str) -> str | None:
    host = _HOST.match(address.strip(_AROUND))
    if host is None:
        return None
    name = ascii_form(host[1].strip("."))
    if name is None or not _NAME.fullmatch(name) or _LAST_LABEL_IS_A_NUMBER.search(name):
        return None
    domain: str | None = _suffixes().privatesuffix(name)
    return domain


def of_company(address: str | None) -> str | None:
    """The registrable domain, if it identifies a company: None for free mail, social media, markets."""
    domain = registered(address) if address else None
    return None if domain is None or _is_nobodys(domain) else domain


def _is_nobodys(domain: str) -> bool:
    return domain in NO_COMPANY or _FREE_MAIL_ANYWHERE.fullmatch(domain) is not None


def is_free_mail(email: str) -> bool:
    """Whether the domain belongs to a free mail provider."""
    domain = registered(email) or ""
    return domain in FREE_MAIL or _FREE_MAIL_ANYWHERE.fullmatch(domain) is not None
