"""Larger towns of Sachsen, Sachsen-Anhalt, Thüringen and around, each with the postcode of its middle.

No package with a free licence knows towns by name; this table is our own, and the postcodes' coordinates are the
package's. It names towns on the map, and finds the place of somebody who types a name instead of a postcode.
"""

import unicodedata
from collections.abc import Iterator
from typing import Final, NamedTuple

from shared.places import place_of


class Town(NamedTuple):
    """A town, and how large it is: 1 over 200,000 people, 2 over 50,000, 3 smaller."""

    name: str
    postal_code: str
    size: int


TOWNS: Final = tuple(
    Town(name, code, size)
    for size, towns in {
        1: "Leipzig 04109, Dresden 01067, Chemnitz 09111, Halle (Saale) 06108, Magdeburg 39104, Erfurt 99084, "
        "Berlin 10117",
        2: "Zwickau 08056, Plauen 08523, Görlitz 02826, Jena 07743, Gera 07545, Weimar 99423, Dessau-Roßlau 06844, "
        "Cottbus 03046, Hof 95028, Bayreuth 95444, Göttingen 37073, Wolfsburg 38440, Braunschweig 38100, Kassel 34117, "
        "Fulda 36037, Potsdam 14467, Brandenburg an der Havel 14770",
        3: "Bautzen 02625, Freiberg 09599, Freital 01705, Pirna 01796, Riesa 01587, Meißen 01662, Zittau 02763, "
        "Hoyerswerda 02977, Döbeln 04720, Grimma 04668, Wurzen 04808, Torgau 04860, Borna 04552, Delitzsch 04509, "
        "Markkleeberg 04416, Annaberg-Buchholz 09456, Aue 08280, Glauchau 08371, Reichenbach 08468, Mittweida 09648, "
        "Kamenz 01917, Lutherstadt Wittenberg 06886, Halberstadt 38820, Stendal 39576, Weißenfels 06667, "
        "Merseburg 06217, Naumburg 06618, Bernburg 06406, Köthen 06366, Bitterfeld-Wolfen 06749, Wernigerode 38855, "
        "Quedlinburg 06484, Sangerhausen 06526, Eisleben 06295, Zeitz 06712, Salzwedel 29410, Burg 39288, "
        "Schönebeck 39218, Haldensleben 39340, Aschersleben 06449, Zerbst 39261, Gardelegen 39638, Gotha 99867, "
        "Eisenach 99817, Nordhausen 99734, Suhl 98527, Ilmenau 98693, Saalfeld 07318, Rudolstadt 07407, "
        "Altenburg 04600, Mühlhausen 99974, Sondershausen 99706, Apolda 99510, Arnstadt 99310, Meiningen 98617, "
        "Sonneberg 96515, Schmalkalden 98574, Greiz 07973, Pößneck 07381, Bad Salzungen 36433, Heiligenstadt 37308, "
        "Sömmerda 99610, Coburg 96450, Senftenberg 01968, Luckenwalde 14943",
    }.items()
    for name, code in (town.rsplit(" ", 1) for town in towns.split(", "))
)


def folded(text: str) -> str:
    """Return a text as it is compared: without case, and with umlauts and ß in whichever way they are written."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return plain.replace("ae", "a").replace("oe", "o").replace("ue", "u")


_BY_NAME: Final = {
    **{folded(town.name.split(" (")[0].split(" an der ")[0]): town for town in TOWNS},
    **{folded(town.name): town for town in TOWNS},
}


def town_named(text: str) -> Town | None:
    """Return the town of this name, however it is written; None for one that the table does not know."""
    return _BY_NAME.get(folded(" ".join(text.split())))


def points_of_towns() -> Iterator[tuple[Town, float, float]]:
    """Give the towns with latitude and longitude of their middle."""
    for town in TOWNS:
        place = place_of(town.postal_code, town.name)
        if place.lat is not None and place.lon is not None:
            yield town, place.lat, place.lon
