"""Bearer authentication of the API by token and scope."""

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from marketplace.accounts.models import ApiToken
from marketplace.accounts.services import find_token
from marketplace.core import clock
from marketplace.core.errors import NotAllowed


class Scope(HttpBearer):
    """Lets in requests whose token carries the scope; `request.auth` is the ApiToken."""

    def __init__(self, scope: str):
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken | None:
        """Return the token, None when it isn't valid; raise NotAllowed without the scope."""
        found = find_token(secret=token, now=clock.now())
        if found and self.scope not in found.scopes:
            message = _("This token lacks the scope %(scope)s.") % {"scope": self.scope}
            raise NotAllowed(message, code="scope-missing")
        return found
