"""Owns the shares that the city follows; rounded from published census orders of magnitude, invented in detail."""

from __future__ import annotations

# (persons in the household, share in a hundred)
HOUSEHOLD_SIZE = ((1, 25), (2, 30), (3, 21), (4, 13), (5, 7), (6, 4))
# (youngest, oldest, share in a hundred) of the first adult of a household
FIRST_ADULT_AGE = ((20, 29, 18), (30, 39, 25), (40, 49, 21), (50, 59, 18), (60, 74, 13), (75, 95, 5))
NEWCOMERS = 45
REGISTERED_LESS_THAN_HALF_A_YEAR = 15
RENTING = 75
WITHOUT_PHONE = 3
