"""The content policy of the two admin sites, which carry inline styles and scripts of their own."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

COMMON = (
    "default-src 'none'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; media-src 'self'; "
    "frame-src 'self'; base-uri 'none'; frame-ancestors 'self'; form-action 'self'; "
)
POLICIES = {
    "/cms-admin/": COMMON + "script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'",
    "/admin/": COMMON + "script-src 'self'; style-src 'self'",
}


class AdminPolicyMiddleware:
    """Gives the admin sites policies that fit them; every other page keeps the strict one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for prefix, policy in POLICIES.items():
            if request.path.startswith(prefix):
                response.headers.setdefault("Content-Security-Policy", policy)
        return response
