"""Words that give a wish away, as patterns for a text in lower case."""
# ruff: noqa: E501, ISC004 - a rule reads best as one line

from typing import Final

from services.surveys.domain.recognising.finding import Scalar

Rule = tuple[str, Scalar, str, str]
"""A field, its value, beginnings of words without one of which the pattern need not be tried, and the pattern."""

DELIVERY: Final[tuple[Rule, ...]] = (
    (
        "delivery",
        "online",
        "online webinar virtuell zoom teams remote",
        r"(?<!\w)(?:(?:live[- ]?)?online(?![- ]?(?:marketing|shop|handel|banking|präsenz|auftritt|zugang|recruit|vertrieb"
        r"|bewerb|werb|verkauf))\w*|webinar\w*|virtuell\w*|(?:per|über) (?:zoom|teams)|remote(?![- ]?(?:zugriff|desktop)))",
    ),
    (
        "delivery",
        "self_paced",
        "learning selbst self-paced",
        r"(?<!\w)(?:e-?learning\w*|selbstlern\w*|(?:im )?selbststudium|self[- ]paced)",
    ),
    (
        "delivery",
        "on_site",
        "präsenz person face classroom",
        r"(?<!\w)(?<!online[- ])(?:präsenz(?!:)\w*|in person|face[- ]to[- ]face|classroom)",
    ),
    (
        "delivery",
        "on_site",
        "vor ort",
        r"(?<!\w)vor ort (?:beim|in|bei (?:einem|euch|ihnen|der)|im (?:bildungs|schulungs)\w+)",
    ),
    (
        "delivery",
        "hybrid",
        "hybrid blended",
        r"(?<!\w)(?:hybrid(?!antrieb|fahrz|auto|technik|motor|[- ]?(?:fahrzeug|antrieb|auto))\w*|blended learning)",
    ),
    (
        "delivery",
        "in_house",
        "house vor inhouse haus bei eigenen räume firma werkstatt halle firmenintern our",
        r"(?<!\w)(?:inhouse\w*|in-house\w*|vor ort(?! (?:beim|in(?!\w)|bei (?:einem|euch|ihnen|der)|im (?:bildungs|schulungs)\w+))"
        r"|(?:bei uns )?im (?:eigenen )?(?:haus|hause|betrieb (?:statt|schul|durch|vor))(?!\w)|bei uns (?:in der (?:firma|werkstatt|halle)|im (?:betrieb|unternehmen|werk))"
        r"|in unsere[nr] (?:räume?n?|firma|werkstatt|halle)|in (?:den )?eigenen räumen|firmenintern\w*|at our (?:site|premises|company))",
    ),
    (
        "delivery",
        "distance",
        "fern distance",
        r"(?<!\w)(?:fernkurs\w*|fernlehrg\w*|fernstudium|fernunterricht\w*|fernlern\w*|distance (?:course|learning))",
    ),
)
TIMES: Final[tuple[Rule, ...]] = (
    (
        "time_models",
        "evening",
        "abend feierabend evening",
        r"(?<!\w)(?:abends|abendkurs\w*|abendschule|am abend|nach feierabend|in the evenings?|evening (?:course|class)\w*)(?!\w)",
    ),
    (
        "time_models",
        "weekend",
        "woche samstag weekend",
        r"(?<!\w)(?:(?:am )?wochenenden?|wochenendkurs\w*|(?:nur )?samstags?|(?:at |on )?weekends?)(?!\w)",
    ),
    (
        "time_models",
        "alongside_work",
        "beruf arbeit job alongside",
        r"(?<!\w)(?:berufsbegleitend\w*|nebenberuflich\w*|neben (?:der arbeit|dem job|dem beruf)|alongside work)(?!\w)",
    ),
    (
        "time_models",
        "full_time",
        "vollzeit full blockkurs",
        r"(?<!\w)(?:(?:in )?vollzeit(?!kr|besch|mitarb|stelle|ange)(?:kurs|lehrgang)?|full[- ]time course|als blockkurs)(?!\w)",
    ),
    (
        "time_models",
        "part_time",
        "teilzeit part",
        r"(?<!\w)(?:(?:in )?teilzeit(?!kr|besch|mitarb|stelle|ange)(?:kurs|lehrgang)?|part[- ]time course)(?!\w)",
    ),
    ("time_models", "morning", "vormittag morning", r"(?<!\w)(?:vormittags?|am vormittag|(?:in the )?mornings?)(?!\w)"),
    (
        "time_models",
        "afternoon",
        "nachmittag afternoon",
        r"(?<!\w)(?:nachmittags?|am nachmittag|(?:in the )?afternoons?)(?!\w)",
    ),
    (
        "time_models",
        "weekdays",
        "unter werktags wochentags weekdays",
        r"(?<!\w)(?:unter der woche|werktags|wochentags|weekdays)(?!\w)",
    ),
)
WISHES: Final[tuple[Rule, ...]] = (
    ("azav_wanted", True, "azav bildungsgutschein", r"(?<!\w)(?:azav\w*|bildungsgutschein\w*)(?!\w)"),
    (
        "funding_interest",
        True,
        "bildungsgutschein förder gefördert qualifizierungschanc qcg § funding",
        r"(?<!\w)(?:bildungsgutschein\w*|förderung|förderfähig\w*|fördermittel\w*|gefördert\w*|förderbar|qualifizierungschancengesetz|qcg|§ ?82|funding)(?!\w)",
    ),
    (
        "certificate_wanted",
        True,
        "zertifikat abschluss prüfung nachweis certificate",
        r"(?<!\w)(?:(?:ihk-?|hwk-?|tüv-?)?zertifikat\w*|(?:ihk|hwk)-(?:abschluss|prüfung)|(?:mit|anerkannte[rmn]?) (?:anerkannte[mrn] )?(?:abschluss|prüfung)"
        r"|schweißerprüfung\w*|sachkundenachweis\w*|befähigungsnachweis\w*|certificates?)(?!\w)",
    ),
    (
        "pooling",
        True,
        "anderen share",
        r"(?<!\w)(?:(?:gerne? )?(?:zusammen|gemeinsam) mit anderen (?:betrieben|firmen|unternehmen)|mit anderen (?:betrieben|firmen|unternehmen) zusammen|share a course)(?!\w)",
    ),
    (
        "level",
        "basic",
        "grund anfänger einsteiger basi beginner vorkenntnisse",
        r"(?<!\w)(?:grundlagen\w*|grundkurs\w*|grundschulung\w*|anfänger\w*|einsteiger\w*|basiskurs\w*|basics?|beginners?|ohne vorkenntnisse)(?!\w)",
    ),
    (
        "level",
        "advanced",
        "fortgeschritten aufbau vertief advanced vorkenntnisse",
        r"(?<!\w)(?:fortgeschritten\w*|aufbaukurs\w*|aufbaulehrgang\w*|aufbauschulung\w*|vertief\w*|advanced|mit vorkenntnissen)(?!\w)",
    ),
    (
        "level",
        "expert",
        "expert profis spezialisierung",
        r"(?<!\w)(?:expertenkurs\w*|expertenwissen|expertenniveau|für (?:experten|profis)|spezialisierung\w*|expert level)(?!\w)",
    ),
    (
        "urgency",
        "high",
        "dringend sofort möglich baldmöglichst asap umgehend eilt brennt urgent",
        r"(?<!\w)(?:(?:sehr )?dringend\w*|ab sofort|sofort|so schnell wie möglich|so bald wie möglich|schnellstmöglich\w*|baldmöglichst|asap|umgehend|eilt|brennt|urgent\w*)(?!\w)",
    ),
    (
        "urgency",
        "low",
        "eil dringend zeit irgendwann perspektivisch langfristig rush urgent",
        r"(?<!\w)(?:nicht (?:so |sehr )?(?:eilig|dringend)|keine eile|hat zeit|eilt nicht|irgendwann|perspektivisch|langfristig|no rush|not urgent)(?!\w)",
    ),
    (
        "trigger",
        "digitalisation",
        "digitalis neue papierlos erp new",
        r"(?<!\w)(?:digitalisierung\w*|neue[rsn]? (?:software|erp|warenwirtschaft|programm)\w*|papierlos\w*|erp-einführung|new software|digitalisation)(?!\w)",
    ),
    (
        "trigger",
        "new_technology",
        "neue new",
        r"(?<!\w)(?:neue[rsn]? (?:[a-zäöüß0-9]{2,20}-)?(?:\w{0,20}(?:maschine|anlage|roboter|fräse|drehmaschine|bearbeitungszentrum|technik|technologie))n?|new machines?)(?!\w)",
    ),
    (
        "trigger",
        "legal_duty",
        "gesetzlich pflicht vorgeschrieben bg berufsgenossenschaft neue legal",
        r"(?<!\w)(?:gesetzlich (?:vorgeschrieben|verpflichtend|gefordert)\w*|gesetzliche (?:pflicht|vorgabe|auflage)\w*|pflichtschulung\w*|pflichtunterweisung\w*"
        r"|vorgeschrieben|von der (?:bg|berufsgenossenschaft)|(?:die )?(?:bg|berufsgenossenschaft) (?:fordert|verlangt|schreibt)|neue (?:vorschrift|verordnung|pflicht)\w*|legally required|legal duty)(?!\w)",
    ),
    (
        "trigger",
        "quality",
        "reklamation ausschuss qualitätsproblem nacharbeit kundenaudit",
        r"(?<!\w)(?:(?:viele |zu viele |mehr )?(?:reklamationen|ausschuss|qualitätsprobleme\w*|nacharbeit)|kundenaudit\w*)(?!\w)",
    ),
    (
        "trigger",
        "sustainability",
        "energie co2 klimaneutral",
        r"(?<!\w)(?:energie (?:ein)?sparen|energiekosten senken|co2 (?:sparen|senken)|klimaneutral\w*)(?!\w)",
    ),
    (
        "trigger",
        "new_staff",
        "neu einarbeitung new",
        r"(?<!\w)(?:neue (?:mitarbeiter\w*|kollegen|kolleginnen|leute)|neueinstellung\w*|einarbeitung\w*|neu eingestellt\w*|new staff)(?!\w)",
    ),
    (
        "trigger",
        "succession",
        "geht gehen scheidet nachfolge betriebsübergabe generationswechsel",
        r"(?<!\w)(?:(?:geht|gehen|scheidet) (?:\w+ ){0,3}(?:in rente|in den ruhestand|aus)|nachfolge\w*|betriebsübergabe\w*|generationswechsel\w*)(?!\w)",
    ),
    (
        "trigger",
        "growth",
        "wachs wachstum expansion auftr neue standort",
        r"(?<!\w)(?:wir wachsen|wachstum\w*|expansion|großauftrag\w*|neue[rsn]? (?:großen )?auftr[aä]g\w*|neuer standort)(?!\w)",
    ),
    (
        "trigger",
        "language",
        "sprachbarriere verständigungsproblem verstehen",
        r"(?<!\w)(?:sprachbarriere\w*|verständigungsprobleme\w*|verstehen (?:kaum|wenig|kein) deutsch)(?!\w)",
    ),
    (
        "target_groups",
        "unskilled",
        "ungelernt angelernt hilfs produktionshelfer unskilled",
        r"(?<!\w)(?:ungelernt\w*|un- und angelernt\w*|hilfskr[aä]ft\w*|hilfsarbeiter\w*|produktionshelfer\w*|unskilled)(?!\w)",
    ),
    ("target_groups", "semi_skilled", "angelernt skilled", r"(?<!\w)(?:angelernt\w*|semi-skilled)(?!\w)"),
    (
        "target_groups",
        "skilled",
        "fach gesell skilled",
        r"(?<!\w)(?:fachkr[aä]ft(?:e|en)?|facharbeiter\w*|gesellen?|skilled workers?)(?!\w)",
    ),
    (
        "target_groups",
        "trainees",
        "azubi auszubild lehrling apprentice trainee",
        r"(?<!\w)(?:azubis?|auszubildende[nr]?|lehrlinge?n?|apprentices?|trainees?)(?!\w)",
    ),
    (
        "target_groups",
        "managers",
        "führungskr leite vorarbeiter geschäftsführ manager",
        r"(?<!\w)(?:führungskr[aä]ft(?:e|en)?|teamleite\w*|schichtleite\w*|abteilungsleite\w*|vorarbeiter\w*|geschäftsführ\w*|bereichsleite\w*|managers?)(?!\w)",
    ),
    (
        "course_languages",
        "en",
        "englisch",
        r"(?<!\w)(?:kurs|schulung|unterricht|seminar|training) (?:bitte )?(?:auf englisch|in englischer sprache)(?!\w)",
    ),
)
