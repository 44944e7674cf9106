"""Wagtail pages that show the marketplace to the public."""

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.url_routing import RouteResult

from cms import figures
from cms.blocks import StandardBlock
from marketplace.accounts.models import Department

TEXT_FEATURES = ["h2", "h3", "bold", "ol", "ul", "link", "hr"]


class HomePage(Page):
    """The first page: search first, then life events, department windows and what the market has done so far."""

    heading = models.CharField(_("heading"), max_length=120)
    lead = models.CharField(_("one sentence below it"), max_length=300)

    content_panels = [*Page.content_panels, FieldPanel("heading"), FieldPanel("lead")]
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.DepartmentsPage", "cms.HelpPage", "cms.AwardsPage", "cms.StandardsPage"]
    template = "cms/home.html"

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add what the market has to offer now."""
        return super().get_context(request, *args, **kwargs) | {
            "life_events": figures.life_events(),
            "windows": figures.windows(DepartmentWindowPage.objects.live()),
            "popular": figures.popular_items(),
            "market": figures.market(),
        }


class DepartmentsPage(Page):
    """All department windows."""

    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.DepartmentWindowPage"]
    max_count_per_parent = 1
    template = "cms/departments.html"

    class Meta:
        verbose_name = _("departments page")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add the departments that have something to show."""
        return super().get_context(request, *args, **kwargs) | {
            "windows": figures.windows(DepartmentWindowPage.objects.child_of(self).live())
        }

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a window and its department in one query."""
        if len(path_components) == 1:
            windows = DepartmentWindowPage.objects.child_of(self).live().select_related("department")
            if found := windows.filter(slug=path_components[0]).first():
                return RouteResult(found)
        return super().route(request, path_components)


class DepartmentWindowPage(Page):
    """One department's window: what it does for people, what it opens, what it asks for."""

    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    introduction = models.TextField(_("introduction"), max_length=600, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("department"), FieldPanel("introduction")]
    parent_page_types = ["cms.DepartmentsPage"]
    subpage_types: list[str] = []
    template = "cms/department_window.html"

    class Meta:
        verbose_name = _("department window")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add the department's published items, interfaces and orders."""
        return super().get_context(request, *args, **kwargs) | figures.window(self.department)


class HelpPage(Page):
    """A page of plain text; its children are listed below it."""

    summary = models.CharField(_("summary"), max_length=200, blank=True)
    body = RichTextField(_("text"), features=TEXT_FEATURES, blank=True)

    content_panels = [*Page.content_panels, FieldPanel("summary"), FieldPanel("body")]
    parent_page_types = ["cms.HomePage", "cms.HelpPage"]
    subpage_types = ["cms.HelpPage"]
    template = "cms/help.html"

    class Meta:
        verbose_name = _("help page")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add the pages below this one."""
        below = HelpPage.objects.child_of(self).live().order_by("path")
        return super().get_context(request, *args, **kwargs) | {"below": below}


class AwardsPage(Page):
    """The public notice of who was awarded, newest period first."""

    lead = models.CharField(_("one sentence below the heading"), max_length=300)

    content_panels = [*Page.content_panels, FieldPanel("lead")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    template = "cms/awards.html"

    class Meta:
        verbose_name = _("awards page")

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add the published awards by period and category."""
        return super().get_context(request, *args, **kwargs) | {"periods": figures.awards()}


class StandardsPage(Page):
    """How each figure on the public pages is computed."""

    lead = models.CharField(_("one sentence below the heading"), max_length=300)
    standards = StreamField([("standard", StandardBlock())], verbose_name=_("figures"), blank=True)

    content_panels = [*Page.content_panels, FieldPanel("lead"), FieldPanel("standards")]
    parent_page_types = ["cms.HomePage"]
    subpage_types: list[str] = []
    max_count_per_parent = 1
    template = "cms/standards.html"

    class Meta:
        verbose_name = _("page on how figures are computed")
