"""Stop words: words in company names that say little about which company it is. All folded."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LEGAL_FORMS = _words(
    # Poland: written in one, in letters or in words
    """
    spzoo spzoospk spzoospj spolkazoo spolkazograniczonaodpowiedzialnoscia spolkazogranodp spolkazogrodp
    spolkazoosp sa spolkaakcyjna psa prostaspolkaakcyjna spk spkom spolkakomandytowa ska
    spolkakomandytowoakcyjna spj spolkajawna sj spp spolkapartnerska sc spolkacywilna jdg wlikwidacji
    wupadlosci wrestrukturyzacji oddzialwpolsce spkomandytowa spolkakom spjawna sppartnerska
    """
    # German-speaking countries
    """
    gmbh gmbhcokg gmbhcokgaa ggmbh mbh gesellschaftmitbeschrankterhaftung ag aktiengesellschaft kg kgaa
    ohg gbr ug ughaftungsbeschrankt ek cokg agcokg sarl gmbhinliquidation
    """
    # English-speaking countries
    """
    ltd limited plc llp lp llc inc incorporated corp corporation co company coltd companylimited coinc
    pllc pc publiclimitedcompany limitedliabilitycompany dac clg ptyltd pvtltd pte pteltd sdnbhd fze fzco
    fzllc
    """
    # Czechia, Slovakia, Hungary, the Baltics, Ukraine, Romania, Bulgaria, the Balkans
    """
    sro spolsro as akciovaspolecnost akciovaspolocnost vos ks zs ops kft zrt nyrt bt rt uab ab ou sia srl
    tov too ooo zao oao pat prat ood eood ad ead doo dooel dd тов ооо оао зао пат прат ат оод еоод ад
    """
    # The rest of western and northern Europe
    """
    sas sasu eurl sci snc spa srls sapa sl slu slne lda unipessoallda nv bv cv vof bvba srlbvba oy oyj
    oyab asa aps ivs is amba kb hb se eeig scrl sce sprl cvba ehf ky tmi
    """
    # Greece, Turkey, Japan, Latin America
    """
    epe ae ike ae επε αε ικε ltdsti limitedsirketi anonimsirketi kk ltda eirl sadecv srldecv sderldecv
    """
)
"""Legal forms, written without spaces and dots. They count at the end of a name (some also elsewhere)."""

UNMISTAKABLE = _words(
    """
    spzoo spolkazoo spolkazograniczonaodpowiedzialnoscia spolkaakcyjna spolkakomandytowa spolkajawna
    prostaspolkaakcyjna spolkakomandytowoakcyjna spolkapartnerska spolkacywilna gmbh gmbhcokg gmbhcokgaa
    aktiengesellschaft gesellschaftmitbeschrankterhaftung spolsro ptyltd pvtltd companylimited
    publiclimitedcompany limitedliabilitycompany
    """
)
"""Legal forms that are nothing else wherever they stand: in front, or before a city."""

IN_FRONT = UNMISTAKABLE | _words(
    """
    phu pphu ppuh phup fhu fuh ph ppu pu fh zph zphu pw phz the przedsiebiorstwohandlowouslugowe
    przedsiebiorstwoprodukcyjnohandlowouslugowe przedsiebiorstwohandlowe przedsiebiorstwouslugowe
    przedsiebiorstwouslugowohandlowe firmahandlowa firmahandlowouslugowa firmauslugowa
    firmauslugowohandlowa firma тов ооо тзов пп фоп uab sia ou sc
    """
)
"""What may stand in front of a name and says no more than a legal form."""

CONNECTORS = _words("and und et oraz i")

AFFILIATION = _words(
    """
    polska poland polski polskie pl polonia deutschland germany czech czechia cz slovakia sk hungary
    ukraine lithuania france italia italy espana spain nederland netherlands belgium austria schweiz
    switzerland uk usa us america europe europa eu cee emea dach baltic nordic nordics global worldwide
    international miedzynarodowa group grupa gruppe groupe holding holdings kapitalowa warszawa warsaw
    krakow cracow wroclaw poznan gdansk gdynia sopot lodz katowice gliwice szczecin lublin bialystok
    bydgoszcz torun rzeszow kielce opole olsztyn bielsko czestochowa radom zabrze bytom berlin london
    praha prague wien vienna munchen munich
    """
)
"""Where a company, or which part of it: two names that differ in nothing else are near."""

TRADE = _words(
    """
    system systems systemy solution solutions software services service serwis serwisy technology
    technologies technologie technologia tech it ict consulting consultants doradztwo company firma
    przedsiebiorstwo zaklad zaklady produkcja produkcyjne produkcyjny produkcyjna handlowe handlowy
    handlowa handel uslugowe uslugowy uslugowa uslugi usluga transport transportowe logistics logistyka
    logistyczne logistyczna logistycznych spedycja trade trading invest investment investments inwestycje
    capital kapital finance finanse financial bank banking insurance ubezpieczenia energy energia
    energetyka gas gaz oil paliwa media agency agencja digital design studio marketing reklama center
    centre centrum instytut institute foundation fundacja stowarzyszenie spoldzielnia spolka biuro
    kancelaria sklep sklepy shop store hurtownia online internet management partners partner development
    developer deweloper engineering industries industry industrial manufacturing products produkty data
    cloud net web soft smart new nowe nowa nowy the of for de dla na do budowlane budowlany budownictwo
    budowa construction projekt projects project meble okna drzwi auto car cars motors moto rolnicze
    rolnictwo spozywcze foods food dom home house nieruchomosci real estate property properties medical
    medyczne medyczny medycyna szpital hospital clinic klinika pharma apteka hotel hotels restauracja
    uniwersytet university politechnika szkola school urzad gmina miasto powiat wojewodztwo miejskie
    miejski informatyczne informatyka informatyczny telekomunikacja telecom leasing retail distribution
    dystrybucja labs lab research security ochrona training szkolenia hr innovation innovations innowacje
    computer computers komputery electronics elektronika electric print drukarnia packaging opakowania
    """
)
"""What a company does or is: never enough to tell two apart, or to take two for one."""

COMMON_NAMES = _words(
    """
    alfa alpha beta gamma delta omega sigma lambda kappa omicron max maxi maxima mini euro inter trans pol
    eko eco bud mar nova novo nowak prima primus optima optimus victoria viktoria atlas orion apollo atena
    athena hermes first best top plus pro prestige premium elite royal star stars sun sky blue green red
    black white gold silver orange nord north south east west central life art arte agro tele info lux
    luna fenix phoenix perfect ideal quality master expert universal uniwersal standard progress partner
    matrix vector wektor horizon horyzont fusion synergy synergia energo metal drew styl style dream happy
    future vision wizja active kowalski kowalska nowakowski nowakowska wisniewski wisniewska wojcik
    kowalczyk kaminski kaminska lewandowski lewandowska zielinski zielinska szymanski szymanska wozniak
    dabrowski dabrowska kozlowski kozlowska jankowski jankowska mazur wojciechowski wojciechowska
    kwiatkowski kwiatkowska krawczyk kaczmarek piotrowski piotrowska grabowski grabowska zajac pawlowski
    pawlowska krol michalski michalska muller mueller schmidt schneider fischer weber meyer wagner smith
    johnson williams brown jones miller davis novak svoboda jan anna piotr krzysztof andrzej tomasz pawel
    marcin michal adam marek katarzyna agnieszka malgorzata barbara ewa maria john thomas michael peter
    """
)
"""Names that many companies have: on their own they do not make two names near."""
