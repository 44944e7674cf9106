"""The simulated departments: a gateway that speaks for all of them, stateful, strict and recording every call."""
