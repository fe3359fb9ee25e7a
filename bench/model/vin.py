"""What a VIN says of a Qashqai: a decoder of what is known, and silence about the rest.

Confidence: the maker codes SJN (Nissan, Sunderland) and Z8N (Nissan, Saint Petersburg) are registered (A); that positions 7 to 9
of these cars name the platform (SJN...J11...) is read off cars (C). These makers fill neither the check digit (position 9) nor the
year (position 10) of the American scheme: cars carry SJN...J11U..., where U is no year and the check sum does not come out (C).
"""

from dataclasses import dataclass
from typing import Final

from bench.model.language import ENGLISH, Language, text

MAKERS: Final = {
    "SJN": text("Nissan, built in Sunderland, United Kingdom"),
    "Z8N": text("Nissan, built in Saint Petersburg, Russia"),
}
"""Maker codes of the cars that the shipped profiles are about."""
PLATFORMS: Final = {"J11": text("Qashqai J11 (second generation)"), "J12": text("Qashqai J12 (third generation)")}
"""Platform codes at positions 7 to 9."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VinReading:
    """What was read: English message ids, None where nothing is known. `serial`: positions 12 to 17."""

    vin: str
    maker: str | None
    platform: str | None
    model: str | None
    serial: str


def read_vin(vin: str) -> VinReading:
    """Read a VIN of 17 characters; the platform is looked for only where the maker is one whose habit is known."""
    maker = MAKERS.get(vin[:3])
    platform = vin[6:9] if maker is not None and vin[6:9] in PLATFORMS else None
    return VinReading(vin=vin, maker=maker, platform=platform, model=PLATFORMS[platform] if platform else None, serial=vin[11:])


def vin_sentences(reading: VinReading, language: Language = ENGLISH) -> tuple[str, ...]:
    """Return what is known and what is not, as sentences."""
    say = language.say
    found = []
    if reading.maker is None:
        found.append(say("The maker code {code} is not one that this product knows, so nothing more is read.", code=reading.vin[:3]))
    else:
        found.append(f"{say(reading.maker)}.")
        if reading.model is None:
            found.append(say("Its positions 7 to 9, {code}, name neither a J11 nor a J12.", code=reading.vin[6:9]))
        else:
            found.append(f"{say(reading.model)}.")
    found.append(
        say("Model year and trim level are not read: these makers do not write the year where others do. Ask the parts catalogue.")
    )
    return tuple(found)
