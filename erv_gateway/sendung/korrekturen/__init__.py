"""Fixes as named operations: each can be looked at first, is recorded, and can be taken back until approval.

`register` is the table, `vorgang` what a person does, `planung_*` finds what could be changed, `anwenden` makes the
corrected Akte out of the delivered one and what is recorded. The package is always made of that corrected Akte.
"""
