"""What each app earned: settlement steps 1 to 8 as pure functions over exact rationals, one short file per step.

Nothing here imports Django, reads a clock or a file: the same input gives the same output, to the cent, everywhere.
Dataclasses go in and come out, and every intermediate value is kept so that a statement can show how it was reached.
"""
