"""Domains under which everybody can have an address or a page: they identify no company. Data only."""


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
    sharklasers.com
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
