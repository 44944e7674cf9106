"""The simulated city: from a seed, one coherent population that every simulated department shares; no Django."""

from .city import AS_OF, World
from .records import Company, Home, Person, Rental, Residence

__all__ = ["AS_OF", "Company", "Home", "Person", "Rental", "Residence", "World"]
