"""The simulated city: from a seed, one coherent population that every simulated department shares; no Django."""

from .chance import Chance
from .city import AS_OF, World, as_row
from .records import Company, Dossier, Home, Household, Person, Rental, Residence

__all__ = [
    "AS_OF",
    "Chance",
    "Company",
    "Dossier",
    "Home",
    "Household",
    "Person",
    "Rental",
    "Residence",
    "World",
    "as_row",
]
