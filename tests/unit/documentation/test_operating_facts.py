"""How what runs is looked after: routes that ask, rules, objects, scripts, pages and columns, each by what its file says."""

from __future__ import annotations

import pytest

from migrator.facts.landscape.model import Kind
from tests.unit.documentation.shop import AUTH, FILES, MAIN, RULES, changed, landscape


def access(**files: str | None) -> dict[str, tuple[str, ...]]:
    """By route of the API: whether it asks, and by what."""
    found = landscape(changed(**files))
    operating = found.operating
    assert operating is not None
    routes = next(one for one in found.workloads if one.kind.value is Kind.API).routes
    return {
        f"{one.method} {one.path}": (operating.access[one.origin].state, *(str(each) for each in operating.access[one.origin].by)) for one in routes
    }


def test_which_routes_ask_who_comes() -> None:
    assert access() == {
        "GET /health": ("open",),
        "GET /items": ("open",),
        "POST /items": ("open",),
        "GET /orders": ("asked", "current_user"),
        "GET /admin/users": ("asked", "current_user"),
    }


@pytest.mark.parametrize(
    "files, route, expected",
    [
        # a dependency asks by its own code, or by what it depends on
        ({"api/auth.py": AUTH.replace("401", "500")}, "GET /orders", ("asked", "current_user")),
        ({"api/auth.py": AUTH.replace("401", "500").replace("Depends(scheme)", "''")}, "GET /orders", ("open",)),
        ({"api/auth.py": AUTH.replace("401", "403").replace("Depends(scheme)", "''")}, "GET /orders", ("asked", "current_user")),
        ({"api/auth.py": AUTH.replace('"token")', '"token", auto_error=False)').replace("401", "500")}, "GET /orders", ("open",)),
        # one that may be missing lets everybody in, whatever its code says
        ({"api/auth.py": AUTH.replace("def maybe_user(): ...", "def maybe_user():\n    raise HTTPException(401)")}, "GET /items", ("open",)),
        # where it is said: at the route, its decorator, its router, where the router is included
        ({"api/main.py": MAIN.replace('@app.post("/items")', '@app.post("/items", dependencies=[Depends(current_user)])')}, "POST /items", ("asked", "current_user")),
        ({"api/main.py": MAIN.replace(", dependencies=[Depends(current_user)]", "")}, "GET /admin/users", ("open",)),
        (
            {"api/main.py": MAIN.replace(", dependencies=[Depends(current_user)]", "").replace("include_router(admin)", "include_router(admin, dependencies=[Depends(current_user)])")},
            "GET /admin/users",
            ("asked", "current_user"),
        ),
        ({"api/main.py": MAIN.replace("FastAPI()", "FastAPI(dependencies=[Depends(current_user)])")}, "POST /items", ("asked", "current_user")),
        # a type that brings its dependency, and what others wrote, by its name alone
        ({"api/main.py": MAIN.replace("user=Depends(current_user)", "user: User").replace("app = FastAPI", "User = Annotated[str, Depends(current_user)]\napp = FastAPI")}, "GET /orders", ("asked", "User")),
        ({"api/main.py": MAIN.replace("from auth import current_user", "from vendored import current_user")}, "GET /orders", ("asked", "current_user")),
    ],
)  # fmt: skip
def test_what_asks(files: dict[str, str | None], route: str, expected: tuple[str, ...]) -> None:
    assert access(**files)[route] == expected


def test_flask_asks_by_decorators_and_django_cannot_be_told() -> None:
    flask = (
        "from flask import Flask\nfrom flask_login import login_required\n\napp = Flask(__name__)\n\n\n@app.route('/mine')\n@login_required\ndef mine(): ...\n\n\n"
        "@app.route('/all')\ndef everything(): ...\n"
    )
    files = {
        "api/main.py": flask,
        "api/auth.py": None,
        "api/requirements.txt": "flask\n",
        "api/Dockerfile": "FROM python:3.12\nCOPY . .\nCMD flask --app main run\n",
    }
    assert access(**files) == {"GET /mine": ("asked", "login_required"), "GET /all": ("open",)}
    found = landscape()
    assert found.operating is not None
    web = next(one for one in found.workloads if one.name == "web")
    assert {found.operating.access[one.origin].state for one in web.routes} == {"unread"}


VIEWS = """from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.utils.decorators import method_decorator


@login_required(login_url="/in")
def mine(request): ...


def everything(request): ...


class Orders(LoginRequiredMixin, View): ...


@method_decorator(login_required, name="dispatch")
class Bills(View): ...


class Prices(View): ...
"""
URLS = """from django.contrib.auth.decorators import permission_required
from django.urls import path
from shop import views
from shop.views import Bills

urlpatterns = [
    path("mine", views.mine),
    path("all", views.everything, name="login"),
    path("orders", views.Orders.as_view()),
    path("bills", Bills.as_view()),
    path("prices", views.Prices.as_view()),
    path("stock", permission_required("shop.stock")(views.everything)),
]
"""


def test_django_asks_by_what_decorates_a_view_and_never_is_it_said_that_it_does_not() -> None:
    files = {
        "compose.yaml": "services:\n  web:\n    build: .\n    command: python manage.py runserver\n",
        "Dockerfile": "FROM python:3.12\nCOPY . .\n", "requirements.txt": "django\n",
        "manage.py": "import django\nimport os\n\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
        "shop/__init__.py": "", "shop/settings.py": "ROOT_URLCONF = 'shop.urls'\n", "shop/urls.py": URLS, "shop/views.py": VIEWS,
    }  # fmt: skip
    found = landscape(files)
    assert found.operating is not None
    (web,) = found.workloads
    told = {
        one.path: (found.operating.access[one.origin].state, *(str(each) for each in found.operating.access[one.origin].by)) for one in web.routes
    }
    assert told == {
        "/mine": ("asked", "login_required"), "/all": ("unread",), "/orders": ("asked", "LoginRequiredMixin"), "/bills": ("asked", "login_required"),
        "/prices": ("unread",), "/stock": ("asked", "permission_required"),
    }  # fmt: skip


def test_rules_have_what_their_files_say() -> None:
    operating = landscape().operating
    assert operating is not None
    assert [(one.kind, one.name, one.origin.line) for one in operating.rules] == [
        ("record", "workload:sli_errors:ratio_rate5m", 4), ("record", "workload:sli_errors:ratio_rate1h", 10), ("alert", "ApiErrorBudgetBurn", 13), ("alert", "ApiDown", 20),
    ]  # fmt: skip
    burn = operating.rules[2]
    assert (burn.wait, burn.labels["severity"], burn.annotations["runbook_url"][-19:]) == ("2m", "page", "#apierrorbudgetburn")


@pytest.mark.parametrize(
    "text", ["groups: [", "groups: {}\nexpr: 1\n", "groups: [{rules: [{alert: A}]}]\nexpr: no\n", "- expr: up\n- groups: 3\n", "\x00expr: groups:"]
)
def test_files_that_are_no_rules_have_none(text: str) -> None:
    operating = landscape(changed(**{"infra/monitoring/rules/api.yml": text})).operating
    assert operating is not None
    assert operating.rules == ()


def test_objects_of_a_cluster() -> None:
    operating = landscape().operating
    assert operating is not None
    told = {one.kind: (one.workload, one.namespace, one.replicas, one.least, one.most) for one in operating.deployed if one.kind != "Kustomization"}
    assert told == {"Deployment": ("api", "", 2, None, None), "HorizontalPodAutoscaler": ("api", "", None, 3, 9)}
    overlay = next(one for one in operating.deployed if one.namespace)
    assert (overlay.namespace, overlay.includes) == (
        "shop-production",
        ("infra/kubernetes/base", "infra/kubernetes/overlays/production/scaling.yaml"),
    )


def test_scripts_reach_what_they_call_and_not_what_a_comment_tells() -> None:
    operating = landscape().operating
    assert operating is not None
    assert [(one.purpose, one.stores, one.words) for one in operating.operations] == [
        ("backup", ("postgres",), ("bash", "infra/scripts/backup/backup-db.sh")), ("restore", ("postgres",), ("bash", "infra/scripts/restore/restore-db.sh")),
    ]  # fmt: skip


def test_pages_are_called_what_their_first_heading_says() -> None:
    more = {
        "docs/bare.md": "no heading\n\n```\n# a comment\n```\n", "docs/old.rst": "Old\n===\n", "docs/page.adoc": "= Of another kind\n",
        "docs/front.md": "---\n# for a tool\n---\n\n# Ours\n", "docs/middle.md": '<h1 align="center">In the middle</h1>\n',
    }  # fmt: skip
    operating = landscape(changed(**more)).operating
    assert operating is not None
    assert {str(one.path): (one.title.value, one.title.origins[0].line) for one in operating.documents} == {
        "README.md": ("The shop", 1), "SECURITY.md": ("How to tell us", 1), "docs/bare.md": ("bare.md", 0), "docs/guide.md": ("A guide to it", 3), "docs/old.rst": ("Old", 1),
        "docs/page.adoc": ("Of another kind", 1), "docs/front.md": ("Ours", 5), "docs/middle.md": ("In the middle", 1),
    }  # fmt: skip


@pytest.mark.parametrize(
    "column, expected",
    [
        ("", ["items.shelf_id"]),
        ("    aisle_id = Column(Integer, ForeignKey('aisles.id'))\n", ["items.shelf_id", "items.aisle_id"]),
        ("    aisle_id = Column(Integer, ForeignKey('aisles.id'), unique=True)\n", ["items.shelf_id"]),
        ("    aisle_id = Column(Integer, ForeignKey('aisles.id'), primary_key=True)\n", ["items.shelf_id"]),
        ("    __table_args__ = (Index('one', 'shelf_id', 'id'),)\n", []),
        ("    aisle: Mapped[int] = mapped_column(ForeignKey('aisles.id'))\n", ["items.shelf_id", "items.aisle"]),
        ("    aisle = relationship('Aisle')\n", ["items.shelf_id"]),
    ],
)
def test_columns_that_refer_without_an_index(column: str, expected: list[str]) -> None:
    operating = landscape(changed(**{"api/models.py": FILES["api/models.py"] + column})).operating
    assert operating is not None
    assert [one.value for one in operating.unindexed] == expected


def test_what_the_asking_phase_made_is_no_source() -> None:
    """L6."""
    book = '{"family": "runbooks", "files": {"docs/guide.md": {"text": "# Ours\\n"}}}'
    operating = landscape(changed(**{".migrate/generated/documentation/runbooks.json": book})).operating
    other = landscape(changed(**{".migrate/generated/infrastructure/monitoring.json": book})).operating
    assert operating is not None
    assert other is not None
    assert ("docs/guide.md" in operating.places, "docs/guide.md" in other.places) == (False, True)
    later = landscape(changed(**{".migrate/generated/automation/owners.json": book})).operating
    assert later is not None
    assert "docs/guide.md" not in later.places
    assert RULES in FILES.values()


def test_a_name_that_is_no_text_is_in_no_page() -> None:
    name = b"docs/\xff.md".decode("utf-8", "surrogateescape")
    operating = landscape(changed(**{name: "# Odd\n"})).operating
    assert operating is not None
    assert (name in operating.places, "docs/guide.md" in operating.places) == (False, True)
    assert "Odd" not in [one.title.value for one in operating.documents]


def test_what_is_bound_from_the_machine_and_what_compose_files_call_what_they_run() -> None:
    compose = FILES["compose.yaml"].replace("    build: web\n", "    build: web\n    volumes: ['/var/run/docker.sock:/run/x', './web:/srv']\n")
    operating = landscape(changed(**{"compose.yaml": compose})).operating
    assert operating is not None
    assert {name: [one.value for one in several] for name, several in operating.machine.items()} == {"web": ["/var/run/docker.sock"]}
    assert dict(operating.services) == {("compose.yaml",): {"api", "web", "db", "cache"}}
