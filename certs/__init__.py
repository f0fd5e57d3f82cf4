"""Who signed: trust anchors typed by purpose, chains, dated algorithm rules, key handles, a development PKI.

No I/O and no clock: files come as bytes, the moment that counts is an argument.
"""
