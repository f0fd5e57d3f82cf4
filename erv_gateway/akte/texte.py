"""German sentences for the findings of intake, one per code; placeholders are `wo` and the Angaben of the finding."""

from collections.abc import Mapping
from types import MappingProxyType

MANGEL_TEXTE: Mapping[str, str] = MappingProxyType(
    {
        "kein-lieferformat": "„{wo}“ ist weder ein Ordner noch eine ZIP-Datei.",
        "kein-manifest": "Es fehlt eine Beschreibung: manifest.json oder „…_Abgabe.Abgabe.0401.xml“ (xdomea).",
        "mehrere-manifeste": "Die Lieferung enthält mehr als eine Beschreibung: {namen}.",
        "zip-beschaedigt": "Die ZIP-Datei ist beschädigt oder nicht lesbar.",
        "zip-ueberlappend": "„{wo}“: Teile der ZIP-Datei überlappen einander; solche Dateien sind zum Schaden gemacht.",
        "zip-verschluesselt": "„{wo}“ ist verschlüsselt; Lieferungen müssen lesbar sein.",
        "zip-verfahren": "„{wo}“ ist mit einem unzulässigen Verfahren gepackt ({verfahren}); erlaubt ist Deflate.",
        "zip-bombe": "„{wo}“ ist auffällig stark gepackt (1 : {verhaeltnis}, zulässig 1 : {grenze}).",
        "zu-viele-dateien": "Die Lieferung hat {anzahl} Dateien, zulässig sind {grenze}.",
        "datei-zu-gross": "„{wo}“ ist mit {bytes} Byte zu groß, zulässig sind {grenze}.",
        "lieferung-zu-gross": "Die Lieferung ist mit {bytes} Byte zu groß, zulässig sind {grenze}.",
        "name-unzulaessig": "Der Dateiname „{wo}“ ist unzulässig ({grund}).",
        "name-doppelt": "„{wo}“ und „{anderer}“ sind derselbe Name (Groß- und Kleinschreibung zählt nicht).",
        "keine-regulaere-datei": "„{wo}“ ist ein Verweis oder eine Gerätedatei und wird nicht übernommen.",
        "datei-unlesbar": "„{wo}“ ist beschädigt oder nicht lesbar.",
        "datei-leer": "„{wo}“ ist leer.",
        "ausfuehrbar": "„{wo}“ ist ein ausführbares Programm.",
        "verschachteltes-archiv": "„{wo}“ ist ein Archiv in der Lieferung; Dateien sind einzeln zu liefern.",
        "typ-nicht-erlaubt": "„{wo}“ hat eine nicht erlaubte Dateiart.",
        "typ-falsch": "„{wo}“ ist nach seinem Inhalt keine Datei der Art, die der Name nennt.",
        "datei-fehlt": "„{wo}“ ist beschrieben, liegt der Lieferung aber nicht bei.",
        "datei-ueberzaehlig": "„{wo}“ liegt der Lieferung bei, ist aber nicht beschrieben.",
        "datei-veraendert": "„{wo}“ ist nicht die beschriebene Datei: SHA-256 ist {ist}, beschrieben ist {soll}.",
        "groesse-veraendert": "„{wo}“ hat {ist} Byte, beschrieben sind {soll}.",
        "datei-mehrfach": "„{wo}“ gehört nach der Beschreibung zu mehreren Dokumenten.",
        "waehrend-lesens-veraendert": "„{wo}“ wurde verändert, während die Lieferung gelesen wurde.",
        "manifest-zu-gross": "Die Beschreibung „{wo}“ ist mit {bytes} Byte zu groß, zulässig sind {grenze}.",
        "manifest-ungueltig": "Die Beschreibung ist an der Stelle „{wo}“ ungültig: {grund}.",
        "xml-ungueltig": "Die xdomea-Nachricht ist kein wohlgeformtes, sicheres XML: {grund}.",
        "xdomea-version": "Die xdomea-Fassung „{version}“ wird nicht gelesen; möglich sind {moeglich}.",
        "xdomea-nachricht": "Die xdomea-Nachricht ist „{nachricht}“; gelesen wird nur Abgabe.Abgabe.0401.",
        "xdomea-schriftgut": "Erwartet wird genau eine Akte oder ein Vorgang; die Abgabe enthält {anzahl} ({arten}).",
        "xdomea-wert": "„{wo}“: der Wert „{wert}“ ist kein gültiger Wert für {element}.",
        "xdomea-pflicht": "„{wo}“: die Angabe {element} fehlt.",
        "id-doppelt": "„{wo}“: die Kennung {id} kommt mehrfach vor.",
        "bezug-fehlt": "„{wo}“ bezieht sich auf „{ziel}“, das es dort nicht gibt.",
        "rolle-doppelt": "„{wo}“: ein Dokument hat höchstens eine Datei mit der Rolle {rolle}.",
        "pruefsummen-ungueltig": "Die Prüfsummendatei „{wo}“ ist in Zeile {zeile} nicht lesbar.",
        "zu-tief": "Die Akte ist tiefer gegliedert als {grenze} Ebenen.",
    }
)

HINWEIS_TEXTE: Mapping[str, str] = MappingProxyType(
    {
        "ohne-platz": "„{wo}“: die Angabe {element} („{wert}“) hat keinen Platz in der Übermittlung und bleibt im DMS.",
        "neu-nummeriert": "„{wo}“: die Nummern waren lückenhaft oder doppelt und wurden neu vergeben ({anzahl}).",
        "aeltere-version": "„{wo}“: die ältere Version {version} ({datei}) bleibt im DMS; es zählt die letzte.",
        "weiteres-format": "„{wo}“: das weitere Dateiformat {datei} wird nicht übermittelt.",
        "dokument-ohne-datei": "„{wo}“: zu diesem Dokument gibt es keine Datei (etwa nur Papier).",
        "vorgang-als-akte": "Geliefert wurde ein Vorgang ohne Akte; er wird als Akte übermittelt.",
        "vorgang-als-teilakte": "{anzahl} Vorgänge werden als Teilakten übermittelt.",
        "anlage-als-dokument": "„{wo}“: die Anlage wird als eigenes Dokument hinter ihrem Hauptdokument übermittelt.",
        "anschreiben": "Das Anschreiben der Abgabe („{datei}“) gehört nicht zur Akte und wird nicht übermittelt.",
        "dokumenttyp-unbekannt": "„{wo}“: der Typ „{wert}“ hat keine Entsprechung und wird zu „Andere“.",
        "zeit-ohne-zone": "{anzahl} Zeitangaben hatten keine Zeitzone und wurden als deutsche Zeit gelesen.",
        "ersetzend-unbekannt": "„{wo}“: nicht angegeben ist, ob ersetzend gescannt wurde (Papier entbehrlich).",
        "signatur-im-xml": "„{wo}“: eine Signatur liegt nicht als Datei vor, nur in der Nachricht; sie bleibt im DMS.",
        "titel-ersetzt": "„{wo}“: ohne Betreff; als Titel dient „{wert}“.",
        "ohne-pruefsummen": "Ohne Prüfsummen (SHA256SUMS) sind Veränderungen vor der Übernahme nicht erkennbar.",
    }
)
