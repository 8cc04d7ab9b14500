"""Names of towns that are understood without a postcode beside them: the larger ones, and those of the three Länder."""
# ruff: noqa: E501 - a table

from typing import Final

TOWNS: Final = frozenset(
    name
    for line in """
Berlin, Hamburg, München, Köln, Frankfurt, Stuttgart, Düsseldorf, Dortmund, Essen, Bremen, Hannover, Nürnberg
Duisburg, Bochum, Wuppertal, Bielefeld, Bonn, Münster, Mannheim, Karlsruhe, Augsburg, Wiesbaden, Mönchengladbach
Gelsenkirchen, Aachen, Braunschweig, Kiel, Krefeld, Freiburg, Lübeck, Oberhausen, Mainz, Rostock, Kassel, Hagen
Potsdam, Saarbrücken, Hamm, Ludwigshafen, Oldenburg, Leverkusen, Osnabrück, Heidelberg, Darmstadt, Regensburg
Würzburg, Paderborn, Wolfsburg, Göttingen, Ingolstadt, Ulm, Heilbronn, Pforzheim, Offenbach, Bottrop, Trier, Koblenz
Cottbus, Schwerin, Hildesheim, Erlangen, Siegen, Bamberg, Bayreuth, Hof, Coburg, Fulda, Goslar
Leipzig, Dresden, Chemnitz, Zwickau, Plauen, Görlitz, Freiberg, Bautzen, Freital, Pirna, Hoyerswerda, Radebeul, Riesa
Meißen, Grimma, Delitzsch, Markkleeberg, Zittau, Limbach-Oberfrohna, Döbeln, Coswig, Glauchau, Wurzen, Werdau, Annaberg
Annaberg-Buchholz, Torgau, Borna, Schkeuditz, Aue, Auerbach, Crimmitschau, Markranstädt, Eilenburg, Taucha, Mittweida
Oschatz, Zwenkau, Naunhof, Böhlen, Frankenberg, Marienberg, Stollberg, Reichenbach, Oelsnitz, Kamenz, Löbau, Weißwasser
Niesky, Großenhain, Radeberg, Heidenau, Sebnitz, Bischofswerda, Hainichen, Flöha, Olbernhau, Schwarzenberg, Zschopau
Brandis, Machern, Geithain, Rötha, Pegau, Groitzsch, Colditz, Bad Lausick, Bad Düben, Trebsen, Leisnig, Waldheim
Magdeburg, Halle, Dessau, Dessau-Roßlau, Wittenberg, Lutherstadt Wittenberg, Stendal, Halberstadt, Weißenfels, Bitterfeld
Bitterfeld-Wolfen, Merseburg, Bernburg, Naumburg, Wernigerode, Schönebeck, Sangerhausen, Zeitz, Aschersleben, Staßfurt
Köthen, Quedlinburg, Salzwedel, Eisleben, Lutherstadt Eisleben, Burg, Gardelegen, Thale, Genthin, Leuna, Schkopau
Querfurt, Zerbst, Haldensleben, Oschersleben, Wolmirstedt, Landsberg, Braunsbedra, Mücheln, Hettstedt, Lützen, Gräfenhainichen
Erfurt, Jena, Gera, Weimar, Gotha, Nordhausen, Eisenach, Suhl, Altenburg, Mühlhausen, Ilmenau, Arnstadt, Saalfeld
Rudolstadt, Apolda, Meiningen, Sonneberg, Sondershausen, Greiz, Sömmerda, Heiligenstadt, Bad Salzungen, Schmalkalden
Leinefelde, Leinefelde-Worbis, Zeulenroda, Zeulenroda-Triebes, Pößneck, Schmölln, Hildburghausen, Bad Langensalza
Eisenberg, Hermsdorf, Meuselwitz, Stadtroda, Schleiz, Bad Lobenstein, Zella-Mehlis, Artern, Bad Frankenhausen, Waltershausen
""".strip().splitlines()
    for name in line.split(", ")
)
