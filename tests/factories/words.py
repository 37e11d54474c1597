"""Phrases that no page, mail or catalog says any more, with what is said instead; and ends of lines."""

import re
from collections.abc import Iterator

BANNED = {
    "pl": {
        r"gdy (je|go|ją) oglądasz|gdy oglądasz tę stronę": "W międzyczasie ktoś to zmienił",
        r"Do kiedy znasz": "Kiedy najpóźniej poznasz",
        r"o co tu pytamy|Z tego, co liczymy": "o co pyta formularz",
        r"Te, dla których wszystko": "Tylko poziomy z kompletem potwierdzeń",
        r"Gdy wszystko będzie": "gdy wszystkie punkty będą potwierdzone",
        r"użytkownikowi końcowemu:": "użytkownik końcowy",
        r"[Cc]o to pokazuje|Link, który to pokazuje": "Dowód, Link do dowodu",
        r"Zgłoś wygraną lub przegraną|nic z tego nie wyszło|Data wygranej": "Zgłoś wynik",
        r"Zapisane przez pomyłkę|^Wróciła$|^Rezygnuję$": "Usuń wpis, Oznacz jako zwróconą, Odwołaj",
        r"na papierze|przyszedł papier|[Ee]gzemplarz papierowy": "podpisany egzemplarz",
        r"^Potrzebna pomoc$|^Liczby$|^Poczta$": "Wymaga uwagi, Statystyki, Wysyłka wiadomości",
        r"klientem, który jest też w innej": "z tym samym klientem co inna",
        r"firma to ta osoba|^Na pewno\.|Co usuniemy następnie|^Inne wpisy$": "say what it is",
        r"Powiedz osobom|Potrzebujemy ich": "Poinformuj osoby; Dane są potrzebne",
        r"należy do kogoś innego|Już tak jest|nigdy nie obciąża": "Zajmuje się tym ktoś inny",
        r"o co najłatwiej zapytać": "O co najczęściej pytają firmy",
        r"^(zadane|dodana|pobrana|wpisana|nadany|odebrany|zmieniona) ": "zadano pytanie, dodano notatkę",
        r"po naszej stronie(?!$)": "po stronie Future Processing",
        r"Nie wpuszczaj|[Nn]iczyje": "Odmów dostępu; Nieprzypisane",
        r"^(zrobione|odwołane)$": "what it is: odbyło się, przeprowadzono, odwołano",
        r"(?<![-\w.@])[Mm]ail(a|u|owi|em)?\b|poczta nie|nie doszła by|wszyscy trwający": "wiadomość",
        r"biznesplan": "wspólny plan biznesowy",
        r"czas, w który trudno": "Zegar pokazuje zły czas",
        r"first-administrator": "a name that people read",
    },
    "en": {
        r"nothing is missing of what|Nothing of what is counted": "everything this form asks for",
        r"[Oo]ne more press": "one more click",
        r"needs you\b": "Needs attention",
        r"\bcome in any more|may come in|\b[Ll]ets? (you|them|somebody) in|^Let in|not let in": "give access",
        r"[Ii]t is yours|[Nn]obody's yet": "Assigned to you; Unassigned",
        r"^Look$|^Look at it first$|^To note$|^So$|^Keep$": "Check, Preview, Flags, Result, Save",
        r"[Ww]hat comes due|[Aa]ll that comes due": "Due dates",
        r"Bad lines|Good lines": "Rows with errors",
        r"^Take .* away$|^take away$": "Remove",
        r"came to nothing": "the customer did not buy",
        r"waits? to be|\bwaits for\b": "awaiting, is waiting",
        r"[Rr]eached otherwise|given up\.": "reached another way",
        r"Hand in": "Upload",
        r"What next": "Next steps",
        r"stands in another one": "Deals that share a customer",
        r"of this site\b|from this site\b|on this site\b|build of the site": "website",
        r"stands? still|all the same\.": "is paused; anyway",
        r"(?<![-e])\b[Mm]ails?\b(?! server)": "email",
        r"cannot be seen|is no (day|amount|CSV|whole)|as often as that is possible": "invisible, is not a",
        r"[Ww]e wait for|for afterwards|search for less|^Where it stands$": "plain English",
        r"hard to believe|^All of it |^Empty: |Not there any more": "looks wrong, Leave empty for today",
        r"first-administrator": "a name that people read",
    },
}
"""Patterns by language. `^` and `$` are the ends of a whole text."""
_OUTSIDE = re.compile(r"<(script|style|textarea|option|code|pre)\b.*?</\1>|<[^>]*>", re.DOTALL)
_ENDS_A_LINE = re.compile(r"(?<![\w’'-])[aiouwzAIOUWZ][ \t\n]+\S.{0,20}")


def banned(text: str, language: str) -> list[str]:
    """What this one text says and should not, with what to say."""
    return [f"{text!r}: say {better}" for found, better in BANNED[language].items() if re.search(found, text)]


def texts_of(html: str) -> Iterator[str]:
    """The texts between the tags of a page, each with single spaces."""
    for text in _OUTSIDE.sub("\x00", html).split("\x00"):
        if words := " ".join(text.split(" ")).strip(" \n\t"):
            yield words


def loose_letters(html: str) -> list[str]:
    """One-letter words of a Polish page after which a line may end."""
    return [found for text in texts_of(html) for found in _ENDS_A_LINE.findall(text)]
