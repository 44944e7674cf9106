"""Credit codes: the published example, and what one wrong character does."""

from hypothesis import given
from hypothesis import strategies as st

from marketplace.core.identity import (
    CREDIT_ALPHABET,
    Fault,
    credit_code_check,
    credit_code_fault,
    normalize,
)

registrations = st.builds(
    lambda head, region, body: head + region + body,
    st.text(CREDIT_ALPHABET, min_size=2, max_size=2),
    st.text("0123456789", min_size=6, max_size=6),
    st.text(CREDIT_ALPHABET, min_size=9, max_size=9),
)


def test_the_standard_example_of_a_credit_code_holds() -> None:
    assert credit_code_fault("91350100M000100Y43") is None


@given(registrations)
def test_every_checked_code_is_accepted(first: str) -> None:
    assert credit_code_fault(first + credit_code_check(first)) is None


@given(registrations, st.integers(0, 17), st.sampled_from(CREDIT_ALPHABET))
def test_one_wrong_character_is_always_found(first: str, place: int, other: str) -> None:
    code = first + credit_code_check(first)
    changed = code[:place] + other + code[place + 1 :]
    assert (credit_code_fault(changed) is None) == (changed == code)


@given(registrations, st.integers(0, 17), st.sampled_from("IOSVZ"))
def test_letters_outside_the_alphabet_are_named_with_their_place(first: str, place: int, letter: str) -> None:
    code = first + credit_code_check(first)
    fault = credit_code_fault(code[:place] + letter + code[place + 1 :])
    assert fault is not None
    assert (fault.position, fault.found) == (place + 1, letter)
    assert fault.reason == ("digit" if 2 <= place <= 7 else "character")


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(text: str) -> None:
    fault = credit_code_fault(normalize(text))
    assert fault is None or isinstance(fault, Fault)


def test_length_is_told() -> None:
    assert credit_code_fault("9135") == Fault("length", found="4", expected="18")


def test_the_expected_check_character_is_told() -> None:
    assert credit_code_fault("91350100M000100Y44") == Fault("check", 18, "4", "3")


def test_full_width_small_and_spaced_input_is_read() -> None:
    assert normalize("９１３５０１００-m000100y 43") == "91350100M000100Y43"
