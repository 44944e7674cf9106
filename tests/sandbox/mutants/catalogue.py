"""Owns the list of all mutants."""

from .contract import CONTRACT
from .delivery import DELIVERY
from .pages import PAGE

MUTANTS = (*DELIVERY, *CONTRACT, *PAGE)
