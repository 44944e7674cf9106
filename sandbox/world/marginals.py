"""Owns the shares that the city follows; rounded from published census orders of magnitude, invented in detail.

Each row ends with its share in a hundred. A test compares what was made with every table.
"""

from __future__ import annotations

# (persons in the household, share): exactly so in every community of a hundred households
HOUSEHOLD_SIZE = ((1, 25), (2, 30), (3, 21), (4, 13), (5, 7), (6, 4))
# (youngest, oldest, share) of everybody; what comes out of the ages of first adults and the ways families are made
AGE = ((0, 14, 11), (15, 29, 18), (30, 44, 27), (45, 59, 25), (60, 74, 13), (75, 110, 6))
# (youngest, oldest, share) of the first adult of a household
FIRST_ADULT_AGE = ((20, 29, 18), (30, 39, 25), (40, 49, 21), (50, 59, 18), (60, 74, 13), (75, 95, 5))
# (fewest, most, share) of those who work in a company, here and elsewhere
COMPANY_STAFF = ((1, 9, 62), (10, 49, 25), (50, 299, 10), (300, 999, 3))
WOMEN = 50
# Of households
NEWCOMERS = 45
RENTING_NEWCOMERS = 75
RENTING_LOCALS = 15
# Of newcomers' households
REGISTERED_LESS_THAN_HALF_A_YEAR = 15
# Of everybody from 12
WITHOUT_PHONE = 3
# Of adults from 18 to 70
DRIVING = 42
# Of people of working age: paid by a company or for themselves
INSURED = 78
# Of insured people
WITH_PROFESSION = 15
# Of adults
DISHONEST = 1
# Of households with a second child
TWINS = 4
COMPANIES_IN_A_COMMUNITY = 8
