"""Every mutant can be made from the reference app as it stands, compiles, and has a name of its own."""

import compileall

import pytest

from tests.sandbox.mutants.catalogue import MUTANTS
from tests.sandbox.mutants.model import REFERENCE, Change


def test_there_are_at_least_forty_with_names_of_their_own():
    assert len(MUTANTS) >= 40
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_differs_from_the_good_app_and_compiles(mutant, tmp_path):
    copy = mutant.write(tmp_path)
    changed = {change.file for change in mutant.changes}
    assert all((copy / name).read_bytes() != (REFERENCE / name).read_bytes() for name in changed)
    assert compileall.compile_dir(copy, quiet=2)


def test_a_place_that_is_gone_is_an_error():
    with pytest.raises(ValueError, match="found 0 times"):
        Change("x.py", "no such line", "").applied("text")
