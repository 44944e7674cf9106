"""All addresses: pages carry their language, machines' addresses don't."""

from allauth.account.decorators import secure_admin_login
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from marketplace.config.api import api
from marketplace.core import views as core_views

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

urlpatterns = [
    path("health", core_views.health, name="health"),
    path(".well-known/jwks.json", core_views.jwks, name="jwks"),
    path("c/<str:code>/", RedirectView.as_view(pattern_name="sandbox:certificate"), name="certificate_link"),
    path("api/v1/", api.urls),
    path("cms-admin/login/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("cms-admin/", include(wagtailadmin_urls)),
    path("admin/", admin.site.urls),
]

urlpatterns += i18n_patterns(
    path("account/", include("marketplace.accounts.urls")),
    path("sign-in/", include("allauth.urls")),
    path("catalogue/", include("marketplace.catalogue.urls")),
    path("orders/", include("marketplace.orders.urls")),
    path("notices/", include("marketplace.notices.urls")),
    path("vendor/", include("vendors.urls")),
    path("sandbox/try/", include("sandbox.tryout.urls")),
    path("sandbox/", include("sandbox.urls")),
    path("services/", include("marketplace.store.urls")),
    path("finance/", include("billing.urls")),
    path("", include("cms.urls")),
    path("", include(wagtail_urls)),
)

handler403 = "marketplace.core.views.forbidden"
handler404 = "marketplace.core.views.not_found"
handler500 = "marketplace.core.views.server_error"
