"""Why a correction is not made or not taken back; `grund` picks the German sentence of `kern.texte`."""

from erv_gateway.kern.fehler import ZustandConflict


class KorrekturRefused(ZustandConflict):
    """Nothing was changed. `grund`: freigegeben, eeb, geteilt, leer, auswahl, vorschau-veraltet, nicht-angewandt,
    abhaengig, passt-nicht, unsagbar, kein-umwandler, keine-umgewandelt."""

    code = "korrektur"
