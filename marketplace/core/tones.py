"""Which tone a state has on a page; the word beside it always says the same."""

TONES = {
    "ok": "published stable open verified certified listed completed closed approved active paid final confirmed "
    "delivered passed answered accepted_statement awarded released",
    "bad": "refused failed revoked suspended denied not_accepted overdue returned rejected bad unfounded",
    "warn": "broken deprecated supplement disputed held rectifying expired called_back due fault kept noted",
    "busy": "review queued testing running pending launched accepted requested computing submitted in_review "
    "computed uploaded registered",
    "idle": "draft withdrawn retired superseded delisted alpha beta skipped",
}
OF_A_MODEL = {
    "statement": {"accepted": "ok", "issued": "busy"},
    "dispute": {"accepted": "ok", "open": "warn"},
    "followup": {"open": "warn"},
    "demandorder": {"closed": "idle"},
}
"""States whose word means something else in one model."""
_TONE_BY_STATE = {state: tone for tone, states in TONES.items() for state in states.split()}


def tone_of(state: str, model: str = "") -> str:
    """Return ok, bad, warn, busy or idle for a state (of a model); a state that nobody classified is idle."""
    return OF_A_MODEL.get(model, {}).get(state) or _TONE_BY_STATE.get(state, "idle")
