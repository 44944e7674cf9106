"""What every page needs to know of the visitor's preferences."""

from django.http import HttpRequest

ELDER_COOKIE = "minshi_elder"


def preferences(request: HttpRequest) -> dict[str, object]:
    """Return whether elder mode is on for this visitor (remembered in a cookie)."""
    return {"elder_mode": request.COOKIES.get(ELDER_COOKIE) == "1"}
