"""The house rules that no linter knows: foreign keys point down, one clock, small files, no dead ends."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ["marketplace", "vendors", "sandbox", "billing", "cms"]
LAYERS = [
    "core",
    "accounts",
    "notices",
    "catalogue",
    "orders",
    "vendors",
    ("store", "sandbox"),
    "billing",
    "cms",
    "demo",
    "config",
]
HEIGHT = {
    label: level for level, layer in enumerate(LAYERS) for label in ([layer] if isinstance(layer, str) else layer)
}
MODULES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if "migrations" not in path.parts
)
TESTS = sorted((ROOT / "tests").rglob("*.py"))


def foreign_keys():
    for model in apps.get_models():
        if model._meta.app_label not in HEIGHT:
            continue
        for field in [*model._meta.get_fields()]:
            target = getattr(field, "related_model", None)
            if field.concrete and target is not None and target._meta.app_label in HEIGHT:
                yield pytest.param(model._meta.app_label, target._meta.app_label, id=f"{model.__name__}.{field.name}")


@pytest.mark.parametrize(("owner", "target"), foreign_keys())
def test_foreign_keys_point_down(owner, target):
    assert owner == target or HEIGHT[owner] > HEIGHT[target]


@pytest.mark.parametrize("path", [*MODULES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_owns_and_stays_small(path):
    text = path.read_text()
    tree = ast.parse(text)
    assert not tree.body or ast.get_docstring(tree), "open the module with one sentence on what it owns"
    assert text.count("\n") <= 400, "split it by noun"
    long = [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno - node.lineno > 70
    ]
    assert long == []


def test_only_the_demo_sets_the_clock():
    callers = [path for path in MODULES if "clock.install(" in path.read_text()]
    assert {path.relative_to(ROOT).parts[:2] for path in callers} == {("marketplace", "demo")}


def imported(path):
    """Yield the top names that a module imports."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module.split(".")[0]


def test_only_the_engine_talks_to_docker():
    users = {path.relative_to(ROOT).parts[:2] for path in MODULES if "docker" in imported(path)}
    assert users == {("sandbox", "engine")}


def notices():
    """Yield every kind of notice that the code sends."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == "notify":
                for word in node.keywords:
                    if word.arg == "kind" and isinstance(word.value, ast.Constant):
                        yield pytest.param(word.value.value, id=f"{path.parent.name}/{word.value.value}")


@pytest.mark.parametrize("kind", notices())
def test_every_notice_has_its_words(kind):
    assert get_template(f"notices/{kind}.txt")


def test_nothing_commits_a_registry_host():
    names = ["py" + "pi.org", "python" + "hosted.org", "registry." + "npmjs", "deb." + "debian.org", "docker" + ".io/"]
    suffixes = {".py", ".txt", ".in", ".toml", ".md", ".yaml", ".yml", ".json", ".html", ".sh", ""}
    guilty = []
    tops = [path for path in ROOT.iterdir() if path.name not in {".venv", "var", ".git"}]
    for path in [each for top in tops for each in (top.rglob("*") if top.is_dir() else [top])]:
        if not path.is_file() or path.suffix not in suffixes:
            continue
        text = path.read_text(errors="ignore")
        guilty += [str(path) for name in names if name in text]
    assert guilty == []
