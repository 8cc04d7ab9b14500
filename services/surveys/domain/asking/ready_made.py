"""The ready-made Bedarfsabfrage: three minutes on a phone, two required questions beside company and person."""

from services.surveys.domain.asking.questions import Choice, Definition, Question, Section, Words
from shared.events.base import Language


def bedarfsabfrage() -> Definition:
    """Return the definition that every network begins with; each copy may be changed."""
    return Definition(
        title=Words(de="Bedarfsabfrage Weiterbildung", en="Survey of training needs"),
        intro=Words(
            de="Sagen Sie uns in drei Minuten, welche Weiterbildung Ihr Betrieb sucht. Wir suchen passende Angebote "
            "in der Region und melden uns nur, wenn etwas passt. Die Abfrage ist kostenlos und unverbindlich.",
            en="Tell us in three minutes which training your company is looking for. We look for courses in the "
            "region and write only when something fits. It is free of charge and without obligation.",
        ),
        languages=(Language.DE, Language.EN),
        sections=(_need(), _details(), _company()),
    )


def _need() -> Section:
    return Section(
        title=Words(de="Ihr Bedarf", en="Your need"),
        each_need=True,
        questions=(
            Question(
                key="title",
                kind="text",
                label=Words(de="Was sollen Ihre Leute lernen?", en="What do your people need to learn?"),
                help=Words(
                    de="Ein Stichwort genügt, zum Beispiel: WIG-Schweißen, Excel, Deutsch im Pflegealltag.",
                    en="A keyword is enough, such as: TIG welding, Excel, German for nursing.",
                ),
                required=True,
                fills="need.title",
            ),
            Question(
                key="persons",
                kind="number",
                label=Words(de="Für wie viele Personen?", en="For how many people?"),
                required=True,
                least=1,
                most=10_000,
                fills="need.persons",
            ),
        ),
    )


def _details() -> Section:
    return Section(
        title=Words(de="Wenn Sie mögen: genauer", en="If you like: more precisely"),
        help=Words(
            de="Alles hier ist freiwillig. Je mehr wir wissen, desto besser passen die Angebote.",
            en="Everything here is optional. The more we know, the better the offers fit.",
        ),
        each_need=True,
        questions=(
            Question(
                key="description",
                kind="long_text",
                label=Words(de="Was ist Ihnen dabei wichtig?", en="What matters to you?"),
                help=Words(
                    de="Vorkenntnisse, Maschine, Programm, Anlass … Bitte nennen Sie keine Namen von Beschäftigten.",
                    en="Previous knowledge, machine, program, reason … Please name no employees.",
                ),
                fills="need.description",
            ),
            Question(
                key="latest_start",
                kind="date",
                label=Words(de="Bis wann soll es spätestens losgehen?", en="When should it start at the latest?"),
                fills="need.latest_start",
            ),
            Question(
                key="radius",
                kind="choice",
                label=Words(de="Wie weit darf der Weg sein?", en="How far may the way be?"),
                choices=tuple(
                    Choice(value=str(km), label=Words(de=f"bis {km} km", en=f"up to {km} km"))
                    for km in (25, 50, 100, 200)
                ),
                fills="need.radius_km",
            ),
            Question(
                key="delivery",
                kind="choice",
                multiple=True,
                label=Words(de="Wie soll der Kurs stattfinden?", en="How should the course take place?"),
                help=Words(de="Mehrere sind möglich.", en="You may choose several."),
                choices=_choices(
                    ("on_site", "vor Ort beim Bildungsanbieter", "at the provider's place"),
                    ("in_house", "bei uns im Betrieb", "in our company"),
                    ("online", "online mit festen Zeiten", "online at fixed times"),
                    ("self_paced", "online im eigenen Tempo", "online at one's own pace"),
                    ("hybrid", "gemischt: vor Ort und online", "mixed: on site and online"),
                ),
                fills="need.delivery",
            ),
            Question(
                key="time",
                kind="choice",
                multiple=True,
                label=Words(de="Wann passt es am besten?", en="When does it suit best?"),
                choices=_choices(
                    ("full_time", "in Vollzeit, einige Tage am Stück", "full time, some days in a row"),
                    ("morning", "vormittags", "in the morning"),
                    ("afternoon", "nachmittags", "in the afternoon"),
                    ("evening", "abends", "in the evening"),
                    ("weekend", "am Wochenende", "at the weekend"),
                ),
                fills="need.time_models",
            ),
            Question(
                key="together",
                kind="yes_no",
                label=Words(
                    de="Dürfen wir Sie mit anderen Betrieben zu einem gemeinsamen Kurs zusammenbringen?",
                    en="May we bring you together with other companies for a shared course?",
                ),
                fills="need.pooling",
            ),
        ),
    )


def _company() -> Section:
    return Section(
        title=Words(de="Zu Ihrem Betrieb", en="About your company"),
        questions=(
            Question(
                key="head_count",
                kind="number",
                label=Words(de="Wie viele Beschäftigte haben Sie ungefähr?", en="About how many employees have you?"),
                help=Words(de="Davon hängt ab, welche Förderung möglich ist.", en="Funding depends on it."),
                least=0,
                fills="company.head_count",
            ),
            Question(
                key="who_sees_it",
                kind="choice",
                label=Words(de="Wer darf Ihren Bedarf sehen?", en="Who may see your need?"),
                help=Words(
                    de="Ohne Angabe sehen ihn nur Mitglieder des Verbunds. Ihre Kontaktdaten sieht niemand, "
                    "bevor beide Seiten Interesse haben.",
                    en="Without an answer only members of the network see it. Nobody sees your contact details "
                    "before both sides are interested.",
                ),
                choices=_choices(
                    ("network", "alle im Verbund", "everybody in the network"),
                    ("anonymous", "alle im Verbund, aber ohne unseren Namen", "everybody in it, but not our name"),
                    ("coordinator", "nur die Koordination", "the coordination only"),
                    ("open", "alle", "everybody"),
                ),
                fills="need.visibility",
            ),
            Question(
                key="funding",
                kind="yes_no",
                label=Words(de="Interessieren Sie sich für Förderung?", en="Are you interested in funding?"),
                fills="need.funding_interest",
            ),
        ),
    )


def _choices(*choices: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(value=value, label=Words(de=german, en=english)) for value, german, english in choices)
