"""Which columns may hold personal data. Comes in: the names of text columns and a few of their values, which are looked at here and shown
nowhere. Goes out: what they look like, in words; a guess, for people to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

SAMPLE = 200
"""Rows whose values are looked at."""
_SHARE, _ENOUGH = 0.6, 3
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?:\+|00)[1-9][\d ()./-]{6,18}\d|\(?0\d{1,4}\)?[ /-][\d /-]{4,12}\d|\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]\d{4}")
_DAY = re.compile(r"\d{1,4}[./ -]\d{1,2}[./ -]\d{1,4}(?:[ T].*)?")
_IBAN = re.compile(r"[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?")
_CARD = re.compile(r"(?:\d{4}[ -]?){3}\d{1,4}")
_IP = re.compile(r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)")
_SSN = re.compile(r"\d{3}-\d{2}-\d{4}")

_NAMES: tuple[tuple[str, str], ...] = (
    (r"e_?mails?|e_?mail_addr(ess)?|mail_addr(ess)?", "e-mail addresses"),
    (r"(tele)?phones?(_?(no|nr|number))?|mobile(_?(no|number|phone))?|cell_?phone|telefon(nummer)?|telefono|fax", "telephone numbers"),
    (r"iban|bank_?account(_?(no|number))?|kontonummer", "bank accounts"),
    (r"(first|last|full|middle|given|family|sur|maiden)_?name|[fl]name|surname|vorname|nachname|cognome|prenom", "names of people"),
    (r"(customer|contact|person|employee|patient|user|member|lead|owner|recipient|salesperson)_?(full_?)?name", "names of people"),
    (r"(date_?of_?)?birth(_?(day|date))?|dob|geburtsdatum|data_nascita", "birthdays"),
    (r"(street|home|postal|mailing|billing|shipping)_?address(_?(line_?)?\d)?|street(_?\d)?|address_?(line_?)?\d", "addresses"),
    (r"strasse|indirizzo", "addresses"),
    (r"ip|ip_?addr(ess)?|client_?ip|remote_?ip", "IP addresses"),
    (r"ssn|social_?security(_?(no|number))?|tax_?(id|code|no)|passport(_?(no|number))?|codice_fiscale|national_?id", "official numbers"),
    (r"(credit_?)?card_?(no|number|pan)", "card numbers"),
)  # fmt: skip


def by_name(name: str) -> str:
    """What a column of that name holds, "" where nothing personal comes to mind."""
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    words = re.sub(r"[\W_]+", "_", words.casefold()).strip("_")
    return next((what for shape, what in _NAMES if re.fullmatch(rf"(?:.*_)?(?:{shape})", words)), "")


def by_values(values: Iterable[object]) -> str:
    """What most of some values look like, "" where it is nothing personal or there are too few of them."""
    texts = [value.strip() for value in values if isinstance(value, str) and value.strip()]
    if len(texts) < _ENOUGH:
        return ""
    tests = (
        ("e-mail addresses", _EMAIL.fullmatch),
        ("bank accounts", _is_iban),
        ("card numbers", _is_card),
        ("telephone numbers", _is_phone),
        ("official numbers", _SSN.fullmatch),
        ("IP addresses", _is_ip),
    )
    return next((what for what, test in tests if sum(bool(test(text)) for text in texts) >= _SHARE * len(texts)), "")


def _is_iban(text: str) -> bool:
    """The shape, and the check digits of ISO 13616: moved to the end, with letters as 10 to 35, the number leaves 1 when divided by 97."""
    packed = text.replace(" ", "")
    if not _IBAN.fullmatch(text) or not 15 <= len(packed) <= 34:
        return False
    return int("".join(str(int(char, 36)) for char in packed[4:] + packed[:4])) % 97 == 1


def _is_card(text: str) -> bool:
    """The shape, and Luhn's check digit (ISO/IEC 7812-1)."""
    digits = [int(char) for char in text if char.isdigit()]
    if not _CARD.fullmatch(text) or not 13 <= len(digits) <= 19:
        return False
    doubled = [digit * 2 - 9 * (digit > 4) if at % 2 else digit for at, digit in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def _is_phone(text: str) -> bool:
    return _PHONE.fullmatch(text) is not None and not _DAY.fullmatch(text)


def _is_ip(text: str) -> bool:
    return _IP.fullmatch(text) is not None and text.count(".") == 3
