"""The topics themselves, one a line: code | German | English | words that speak for it.

A word alone must stand as it is; `stem*` may go on, `*stem*` may stand anywhere in a word, which finds compounds;
words with a blank between them must follow each other. All in lower case. Codes are stored with needs and offers:
add lines and words freely, never change or reuse a code.
"""
# ruff: noqa: E501 - a topic is a line

from typing import Final

GROUPS: Final = """
metal | Metall und Fertigung | Metal and production
electro | Elektro und Automation | Electrical work and automation
building | Bau, Holz und Ausbau | Building, wood and finishing
energy | Energie und Umwelt | Energy and environment
vehicles | Fahrzeuge, Lager und Transport | Vehicles, storage and transport
safety | Arbeitssicherheit und Recht | Safety at work and law
quality | Qualität und Abläufe | Quality and processes
digital | Digitales und IT | Digital work and IT
office | Büro und kaufmännische Arbeit | Office and commercial work
people | Führung und Zusammenarbeit | Leading and working together
language | Sprachen und Grundbildung | Languages and basic skills
care | Gesundheit, Pflege und Soziales | Health, care and social work
service | Gastgewerbe, Handel und Dienste | Hospitality, trade and services
"""

TOPICS: Final = """
metal.welding | Schweißen | Welding | *schweiß*, *schweiss*, wig, mag, mig, weld*, löten, hartlöten, din en iso 9606
metal.cnc | CNC-Technik | CNC machining | *cnc*, heidenhain, sinumerik, shopmill, shopturn, fanuc, cam
metal.machining | Drehen und Fräsen | Turning and milling | zerspan*, drehmaschine*, dreherin*, dreher, fräs*, *fräsen, turning, milling, drehen, bohren, schleifen
metal.forming | Umformen und Blechbearbeitung | Forming and sheet metal | blech*, abkant*, stanz*, umform*, biegen, biegetechnik, laserschneid*, schmieden
metal.plastics | Kunststofftechnik | Plastics | kunststoff*, spritzgieß*, spritzguss*, extrusion*, faserverbund*, plastics
metal.additive | 3D-Druck | 3D printing | 3d druck*, additive, additiver, 3d printing
metal.maintenance | Instandhaltung | Maintenance | instandhalt*, wartungstechnik, maintenance, hydraulik*, pneumatik*, pneumatic*, hydraulic*, zentralschmier*
metal.drawing | Technisches Zeichnen und CAD | Technical drawing and CAD | *cad, cad, solidworks, inventor, autocad, technisches zeichnen, technischem zeichnen, technische zeichnung*, zeichnungen lesen, konstruktion*, catia
electro.basics | Elektrotechnik | Electrical engineering | elektrotechn*, elektronik*, elektroinstallation*, schaltschrank*, schaltplan*, electrical
electro.qualified | Elektrofachkraft für festgelegte Tätigkeiten | Electrically qualified person | elektrofachk*, effkt, eup, elektrotechnisch unterwiesene*, vde*, dguv v3, dguv vorschrift 3
electro.plc | SPS-Technik | PLC programming | sps, sps*, tia, step 7, simatic*, plc
electro.robotics | Robotik | Robotics | robot*, cobot*, *roboter*, kuka
electro.automation | Automatisierung | Automation | automatisier*, automation, mechatronik*, regelungstechnik*, sensorik*, messtechnik*, mechatronic*
building.construction | Hoch- und Tiefbau | Building construction | hochbau*, tiefbau*, maurer*, beton*, estrich*, straßenbau*, pflaster*, kanalbau*, construction
building.wood | Holz und Tischlerei | Wood and joinery | tischler*, schreiner*, holzbau*, holzbearb*, zimmer, zimmerer*, zimmerei*, joiner*
building.finishing | Ausbau und Oberflächen | Finishing and surfaces | trockenbau*, maler*, lackier*, fliesen*, putz, stuckat*, bodenleg*, beschicht*
building.plumbing | Sanitär, Heizung, Klima | Plumbing, heating, climate | shk, sanitär*, heizung*, lüftung*, klimatechnik*, kältetechnik*, kälteschein*, wärmepumpe*, plumb*, heat pump*
building.scaffold | Gerüst und Arbeiten in der Höhe | Scaffolding and work at height | gerüst*, absturzsicher*, höhenarbeit*, psaga*, *hubarbeitsbühne*, arbeitsbühne*, scaffold*
energy.solar | Photovoltaik und Speicher | Photovoltaics and storage | photovoltaik*, pv, solar*, batteriespeich*, wallbox*
energy.efficiency | Energieeffizienz | Energy efficiency | energieeffizi*, energiemanag*, energieberat*, energiesparen*, iso 50001, energieaudit*, energy efficiency
energy.sustainability | Nachhaltigkeit | Sustainability | nachhaltig*, csrd, co2*, klimabilanz*, klimaschutz*, kreislaufwirtschaft*, sustainab*
energy.waste | Abfall und Gefahrstoffe | Waste and hazardous substances | abfall*, gefahrstoff*, entsorg*, asbest*, hazardous, trgs
energy.hydrogen | Wasserstoff | Hydrogen | wasserstoff*, hydrogen
vehicles.forklift | Gabelstapler | Forklift trucks | *stapler*, flurförder*, forklift*, ameise, hubwagen*
vehicles.crane | Krane und Lastaufnahme | Cranes and lifting | kran, kran*, *kranschein*, *kranführer*, anschläger*, lastaufnahme*, crane*
vehicles.machines | Baumaschinen | Construction machinery | baumaschine*, bagger*, radlader*, *baggerschein*, erdbaumaschine*
vehicles.drivers | Berufskraftfahrer | Professional drivers | berufskraftfahr*, bkf, bkrfqg, *führerschein*, lkw*, fahrerkarte*, gefahrgut*, adr, ladungssicher*, truck driver*, kraftfahrer*
vehicles.repair | Fahrzeugtechnik und Hochvolt | Vehicles and high voltage | kfz*, fahrzeugtechn*, hochvolt*, elektrofahrzeug*, e mobilität, elektromobil*, hv schein
vehicles.logistics | Lager und Logistik | Storage and logistics | lager, lagerlog*, lagerhalt*, lagerist*, logisti*, warenwirtschaft*, kommissionier*, supply chain, zoll, zollrecht*, export*, warehouse*
safety.first_aid | Erste Hilfe | First aid | erste hilfe, erster hilfe, ersthelfer*, betriebshelfer*, first aid*
safety.work | Arbeitsschutz | Safety at work | arbeitsschutz*, arbeitssicher*, sicherheitsbeauftragt*, unterweisung*, gefährdungsbeurteil*, sifa, occupational safety, leiterprüf*
safety.fire | Brandschutz | Fire protection | brandschutz*, evakuierung*, feuerlösch*, explosionsschutz*, atex, fire protection
safety.privacy | Datenschutz | Data protection | datenschutz*, dsgvo, dsb, gdpr, data protection
safety.law | Arbeits- und Vertragsrecht | Labour and contract law | arbeitsrecht*, vertragsrecht*, vergaberecht*, vob, betriebsrat*, betriebsverfassung*, compliance*, hinweisgeber*, lieferkettengesetz*
quality.management | Qualitätsmanagement | Quality management | qualitätsmanag*, qualitätssicher*, qmb, iso 9001, din 9001, auditor*, internes audit, interner audit*, iatf*, quality management, fmea, messmittel*, prüfmittel*
quality.lean | Lean und Verbesserung | Lean and improvement | lean, kaizen, kvp, six sigma, 5s, prozessoptimier*, rüstzeit*, shopfloor*
quality.projects | Projektmanagement | Project management | projektmanag*, projektleit*, scrum*, agile, agiles, agiler, prince2, project management
digital.office | Office-Programme | Office software | excel*, word, powerpoint, outlook, ms office, office 365, microsoft 365, sharepoint, ms teams, microsoft teams, onenote, spreadsheet*
digital.ai | Künstliche Intelligenz | Artificial intelligence | ki, künstliche intelligenz, künstlicher intelligenz, chatgpt*, copilot, prompt*, machine learning, artificial intelligence, ai act, ai, ki tools, ki anwendungen
digital.security | IT-Sicherheit | IT security | it sicherheit*, cybersicher*, cyber*, informationssicher*, phishing*, iso 27001, nis2, nis 2, it security
digital.systems | Unternehmenssoftware | Business software | erp*, sap, datev, crm*, mes, navision, warenwirtschaftssystem*, handwerkersoftware*
digital.data | Daten und Programmieren | Data and programming | programmier*, python, java, sql, datenbank*, power bi, datenanaly*, datenauswert*, coding, data analysis, vba, makro*
digital.change | Digitalisierung im Betrieb | Digitalisation | digitalisier*, digitale kompetenz*, digitalkompetenz*, industrie 4*, digitales arbeiten, papierlos*, digital skills, dms, e rechnung*, bim
digital.web | Webseiten und Onlinehandel | Websites and online trade | webseite*, website*, homepage*, wordpress, online shop, onlineshop*, e commerce, seo, webdesign*
digital.networks | Netze und Server | Networks and servers | netzwerktechn*, server*, linux, systemadmin*, cloud*, azure, aws, itil
office.accounting | Buchhaltung und Lohn | Accounting and payroll | buchhalt*, buchführ*, lohnabrech*, lohnbuch*, bilanz*, kostenrechn*, controlling*, steuerrecht*, umsatzsteuer*, accounting, payroll, kalkulation*
office.organisation | Büroorganisation | Office organisation | büroorga*, büromanage*, sekretariat*, assistenz*, ablage, zeitmanag*, selbstmanag*, korrespondenz*, time management
office.purchasing | Einkauf | Purchasing | einkauf*, einkäufer*, beschaffung*, verhandlungsführ*, purchasing, procurement
office.sales | Vertrieb und Kundenkontakt | Sales and customer contact | vertrieb*, verkaufstrain*, verkaufsgespräch*, kundenservice*, kundenkommunik*, kundenorient*, beschwerdemanag*, reklamationsgespräch*, telefontrain*, akquise*, sales, customer service
office.marketing | Marketing und soziale Medien | Marketing and social media | *marketing*, social media, instagram*, werbung, öffentlichkeitsarbeit*, pressearbeit*, content*, newsletter*
office.hr | Personalarbeit | Human resources | personalwesen*, personalentwick*, personalgewinn*, recruit*, personalreferent*, fachkräftegewinn*, onboarding*, ausbildereignung*, aevo, ada schein, ada, ausbilderschein*, human resources
people.leading | Führung | Leadership | *führungskr*, mitarbeiterführ*, personalführ*, teamleit*, führungskompet*, vorarbeiter*, schichtleit*, leadership*, mitarbeitergespräch*, führungstrain*, führungssem*, gruppenleit*, führung
people.communication | Kommunikation und Konflikte | Communication and conflicts | kommunikation*, konflikt*, moderation*, rhetorik*, präsentationstech*, feedback*, mediation*, communication, teambuild*, teamentwick*
people.change | Veränderung und Nachfolge | Change and succession | change management, veränderungsman*, veränderungsproz*, unternehmensnachfolge*, betriebsnachfolge*, betriebsübergabe*, wissenstransfer*, generationswechsel*, wissensmanag*
people.health | Gesundheit im Betrieb | Health at work | gesundheitsmanag*, bgm, bem, resilienz*, stressbewält*, stress, stressmanag*, ergonomi*, rückenschul*, rücken, suchtpräv*, burnout*
people.diversity | Vielfalt und Integration | Diversity and integration | diversity, interkulturell*, vielfalt, antidiskriminier*, agg, inklusion*, migrant*
people.master | Meister und Aufstieg | Master craftsman and advancement | meisterkurs*, meisterschul*, meisterausbild*, industriemeister*, handwerksmeister*, meisterbrief*, fachwirt*, betriebswirt*, bilanzbuchhalter*, technikerschul*, aufstiegsfortbild*, meister ausbildung
people.partial | Teilqualifizierung und Nachholen von Abschlüssen | Partial qualification and late certificates | teilqualifi*, tq, umschul*, nachqualifiz*, externenprüf*, berufsabschluss*, berufsanschluss*
language.german | Deutsch für den Beruf | German for work | deutschkurs*, sprachkurs*, deutsch b1, deutsch b2, deutsch a1, deutsch a2, deutsch c1, berufssprach*, deutschkenntnisse*, berufsdeutsch*, daz, deutschunterricht*, fachsprache deutsch, german course, german lessons, deutsch lernen, deutsch für, besser deutsch, sprachförder*, sprachtrain*, deutsch
language.english | Englisch | English | englisch*, business english, technisches englisch, english course, english lessons, english for
language.other | Weitere Sprachen | Other languages | polnisch*, tschechisch*, französisch*, spanisch*, italienisch*, ukrainisch*, russisch*
language.basics | Lesen, Schreiben, Rechnen | Reading, writing, arithmetic | grundbildung*, alphabetisier*, rechtschreib*, grundrechen*, mathe, mathe*, literacy, nachhilfe*
care.nursing | Pflege | Nursing | pflege, pflegefach*, pflegekr*, pflegehelf*, pflegeass*, pflegedok*, altenpfleg*, wundmanag*, wundversorg*, expertenstandard*, behandlungspflege*, praxisanleit*, krankenpfleg*, nursing, medikamentengabe*, lg1, lg2, lg1*
care.dementia | Demenz und Betreuung | Dementia and support | demenz*, betreuungskr*, betreuungsassist*, validation*, alltagsbegleit*, palliativ*, sterbebegleit*, hospiz*, 43b, dementia
care.hygiene | Hygiene und Medizinprodukte | Hygiene and medical devices | hygiene*, hygienebeauftragt*, medizinprodukt*, sterilgut*, mpdg, infektionsschutz*
care.social | Kinder, Jugend, Soziales | Children, youth, social work | kita, erzieher*, kinderschutz*, heilpädagog*, sozialpädagog*, integrationshelf*, schulbegleit*, deeskalation*, jugendhilfe*
service.food | Küche und Lebensmittel | Kitchen and food | haccp, lebensmittelhyg*, infektionsschutzgesetz, küche*, koch, köche*, allergen*, bäcker*, fleischer*, konditor*, food hygiene, diätetik*, lebensmittelrecht*
service.hospitality | Hotel und Gastronomie | Hotels and restaurants | gastronom*, hotel*, gastgewerbe*, servicekr*, barista*, sommelier*, rezeption*, hospitality, housekeeping
service.retail | Einzelhandel | Retail | einzelhandel*, verkäufer*, kasse, kassen*, warenpräsent*, visual merchandising, retail
service.cleaning | Reinigung und Hausdienste | Cleaning and facility services | gebäuderein*, reinigungskr*, unterhaltsrein*, hausmeister*, objektleit*, glasreinig*, facility management, cleaning
service.security | Wach- und Sicherheitsdienst | Security services | 34a, sachkunde 34a, bewachung*, wachdienst*, sicherheitsdienst*, wachschutz*
service.agriculture | Landwirtschaft und Garten | Agriculture and gardens | landwirt*, pflanzenschutz*, sachkunde pflanzenschutz, motorsäge*, kettensäge*, gartenbau*, landschaftsbau*, galabau, forst*, baumpfleg*, tierhaltung*, agricultur*
"""
