"""Builds the public site of a new platform: the same tree of pages in every language."""

from django.conf import settings
from django.db import transaction
from wagtail.models import Locale, Page, Site

from cms import seeding
from cms.models import AwardsPage, DepartmentsPage, DepartmentWindowPage, HelpPage, HomePage, StandardsPage
from marketplace.accounts.models import Department

HELP_PAGES = ("citizens", "vendors", "departments", "accessibility", "privacy")
WORDS = {
    "zh": {
        "home": "首页",
        "heading": "一件事，多个应用，您来选",
        "lead": "政府开放服务，企业开发应用，您来评价，费用由政府承担。",
        "departments": "部门窗口",
        "awards": "奖励公示",
        "awards_lead": "每期结算后，各事项得分最高的三个应用获得奖励。公示期内，任何人都可以提出异议。",
        "standards": "这些数字怎么算的",
        "standards_lead": "公开页面上的每个数字都按这里的规则计算。有疑问请拨打 12345。",
        "window": "公开本部门的服务事项和接口，征集好用的应用。",
    },
    "en": {
        "home": "Home",
        "heading": "One service, several apps, your choice",
        "lead": "Government opens its services, companies build the apps, you judge them, and government pays.",
        "departments": "Department windows",
        "awards": "Awards",
        "awards_lead": "The three best apps of a service are awarded after each settlement. Anyone may object.",
        "standards": "How are these figures computed?",
        "standards_lead": "Every figure on a public page follows the rules on this page. Questions? Call 12345.",
        "window": "What this department does for you, the interfaces it opens, and the apps it asks for.",
    },
}


@transaction.atomic
def build_site() -> int:
    """Create whatever page is missing and return how many were; pages that exist are left as editors wrote them."""
    before = Page.objects.count()
    source: dict[str, Page] = {}
    for code, _name in settings.LANGUAGES:
        locale, _created = Locale.objects.get_or_create(language_code=code)
        _build_tree(locale, source)
    return Page.objects.count() - before


def _build_tree(locale: Locale, source: dict[str, Page]) -> None:
    """Build one language's tree; `source` keeps the pages of the first language by their place."""
    language = locale.language_code.split("-")[0]
    words = WORDS.get(language, WORDS["en"])
    home = _home(locale, words, source)
    departments = _page(
        home, source, DepartmentsPage(title=words["departments"], slug="departments", locale=locale, show_in_menus=True)
    )
    for department in Department.objects.filter(parent=None):
        name = department.name_zh if language == "zh" else department.name_en
        window = DepartmentWindowPage(
            title=name, slug=department.code, locale=locale, department=department, introduction=words["window"]
        )
        _page(departments, source, window)
    text = seeding.text("help", language)
    help_page = _page(home, source, HelpPage(title=text.title, slug="help", summary=text.summary, locale=locale))
    for name in HELP_PAGES:
        text = seeding.text(name, language)
        page = HelpPage(title=text.title, slug=name, summary=text.summary, body=text.body, locale=locale)
        _page(help_page, source, page)
    _page(home, source, AwardsPage(title=words["awards"], slug="awards", lead=words["awards_lead"], locale=locale))
    standards = StandardsPage(title=words["standards"], slug="standards", lead=words["standards_lead"], locale=locale)
    standards.standards = seeding.standards(language)
    _page(home, source, standards)


def _home(locale: Locale, words: dict[str, str], source: dict[str, Page]) -> Page:
    """Return the language's home page; the first language's replaces Wagtail's welcome page and is the site's root."""
    root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root", locale=locale))
    slug = locale.language_code
    page = HomePage(title=words["home"], slug=slug, heading=words["heading"], lead=words["lead"], locale=locale)
    home = _page(root, source, page, place="home")
    if not Site.objects.filter(root_page__in=HomePage.objects.all()).exists():
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={"hostname": "localhost", "root_page": home, "site_name": settings.WAGTAIL_SITE_NAME},
        )
        for welcome in Page.objects.filter(depth=2).exclude(pk__in=HomePage.objects.values("pk")):
            welcome.delete()
    return home


def _page(parent: Page, source: dict[str, Page], page: Page, place: str = "") -> Page:
    """Return the page with this slug below the parent; if missing, make it a translation of the first language's."""
    place = place or f"{type(page).__name__}:{page.slug}"
    found = Page.objects.child_of(parent).filter(slug=page.slug).first()
    if found is None:
        if place in source:
            page.translation_key = source[place].translation_key
        found = parent.add_child(instance=page)
    source.setdefault(place, found)
    return found
