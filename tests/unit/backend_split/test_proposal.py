"""Services that a monolith's own routers make: which go together, what they are called, and that a second plan finds nothing new."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from migrator.errors import PlanError
from migrator.plan import Plan
from phases.backend_split.backend import backend_of
from phases.backend_split.options import Options, ServiceOptions
from phases.backend_split.partition.modules import Partition
from tests.unit.backend_split.planning import facts_of, planned

PROPOSE = "[phases.backend_split]\npropose = true\nlayout = 'monolith'\n"


def router(prefix: str, uses: str = "", routes: int = 3) -> str:
    needs = "".join(f"from app.{one} import used as {one.rpartition('.')[2]}\n" for one in uses.split())
    served = "".join(f'\n\n@router.get("/{number}")\ndef route_{number}(): ...\n' for number in range(routes))
    return f'from fastapi import APIRouter\n{needs}router = APIRouter(prefix="{prefix}")\n{served}'


def monolith(routers: Mapping[str, str], modules: str = "", **others: str) -> dict[str, str]:
    """A backend of routers by the name of their module, and modules that use nothing unless said."""
    names = sorted(routers)
    included = "".join(f"app.include_router({name}.router)\n" for name in names)
    main = f"from fastapi import FastAPI\nfrom app.routers import {', '.join(names)}\napp = FastAPI()\n{included}"
    files = {"api/requirements.txt": "fastapi\n", "api/app/__init__.py": "", "api/app/main.py": main, "api/app/routers/__init__.py": ""}
    files |= {f"api/app/routers/{name}.py": text for name, text in routers.items()}
    files |= {f"api/app/{one.replace('.', '/')}.py": "def used(): ...\n" for one in modules.split()}
    return files | {f"api/app/{name.replace('__', '/')}.py": text for name, text in others.items()}


def services(made: Plan) -> dict[str, list[str]]:
    """By service: the routers that go there, by the name of their modules."""
    found: dict[str, list[str]] = {}
    for finding in made.notes["backend_split"].details:
        if finding.kind == "owned" and "/routers/" in finding.path:
            title = finding.message.partition("goes to ")[2].removesuffix("-service")
            found.setdefault(title, []).append(finding.path.rpartition("/")[2].removesuffix(".py"))
    return found


def after(made: Plan) -> dict[str, str]:
    return {path: made.end.read(path).decode() for path in made.end.tree}


TOGETHER = [
    pytest.param({"films": router("/films"), "rooms": router("/rooms")}, "", {"films": ["films"], "rooms": ["rooms"]}, id="each is its own"),
    pytest.param(
        {"films": router("/films", "stock"), "rooms": router("/rooms"), "seats": router("/seats", "stock")},
        "stock",
        {"films": ["films", "seats"], "rooms": ["rooms"]},
        id="what only two of them reach holds them together",
    ),
    pytest.param(
        {"films": router("/films", "stock"), "rooms": router("/rooms", "stock"), "seats": router("/seats", "stock")},
        "stock",
        {"films": ["films", "rooms", "seats"]},
        id="or three",
    ),
    pytest.param(
        {"films": router("/api/v1/films"), "films_admin": router("/api/v1/films/admin"), "rooms": router("/api/v1/rooms")},
        "",
        {"films": ["films", "films_admin"], "rooms": ["rooms"]},
        id="so does a part of the addresses, behind what all have",
    ),
    pytest.param(
        {"film": router("/film"), "film_types": router("/film-types", routes=5), "rooms": router("/rooms")},
        "",
        {"film": ["film", "film_types"], "rooms": ["rooms"]},
        id="kinds of it go along, and it has its name",
    ),
    pytest.param(
        {"film": router("/film"), "films": router("/films"), "rooms": router("/rooms")},
        "",
        {"film": ["film", "films"], "rooms": ["rooms"]},
        id="one or many of the same",
    ),
    pytest.param(
        {
            "films": router("/films", "routers.rooms") + "from app.routers.rooms import router as other\n",
            "rooms": router("/rooms") + "def used(): ...\n",
        },
        "",
        {"films": ["films", "rooms"]},
        id="a router that another one needs goes with it",
    ),
    pytest.param(
        {"films": router("/films", "store"), "rooms": router("/rooms", "store"), "health": router("/health", "store")},
        "store",
        {"films": ["films"], "rooms": ["rooms"]},
        id="what the gateway needs too holds nothing together",
    ),
]


@pytest.mark.parametrize("routers, modules, expected", TOGETHER)
def test_what_goes_together(routers: dict[str, str], modules: str, expected: dict[str, list[str]]):
    made = planned(monolith(routers, modules), PROPOSE)
    assert (made.problems, made.aside) == ((), ())
    assert services(made) == expected
    assert {step.step.slug for step in made.steps} >= {f"{title}-service" for title in expected}


@pytest.mark.parametrize("routers, modules, expected", TOGETHER)
def test_a_second_plan_finds_nothing_new(routers: dict[str, str], modules: str, expected: dict[str, list[str]]):
    made = planned(monolith(routers, modules), PROPOSE)
    again = planned(after(made), PROPOSE)
    assert ([step.step.slug for step in again.steps], again.problems, again.aside) == ([], (), ())


def kinds(made: Plan, kind: str) -> list[str]:
    notes = made.notes["backend_split"]
    return [finding.message for finding in (*notes.findings, *notes.details) if finding.kind == kind]


# what is asked for -----------------------------------------------------------------------------------------------------

CINEMA = monolith(
    {"films": router("/films", "stock"), "rooms": router("/rooms"), "seats": router("/seats", "stock"), "health": router("/health")}, "stock"
)


def test_nothing_is_made_unasked_and_the_table_that_is_offered_makes_the_same():
    offered = planned(CINEMA, PROPOSE.replace("propose = true", ""))
    assert services(offered) == {}
    (said,) = kinds(offered, "proposed")
    table = said.split("\n")[1:]
    assert table == [
        "[phases.backend_split.services]",
        "# 6 routes, 3 modules of its own",
        'films = { routers = ["/routers/films.py", "/routers/seats.py"] }',
        "# 3 routes, 1 module of its own",
        'rooms = { routers = ["/routers/rooms.py"] }',
    ]
    pasted = planned(CINEMA, "\n".join(["[phases.backend_split]", "layout = 'monolith'", *table]) + "\n")
    proposed = planned(CINEMA, PROPOSE)
    assert services(pasted) == services(proposed) == {"films": ["films", "seats"], "rooms": ["rooms"]}
    assert pasted.tree == proposed.tree
    assert kinds(pasted, "proposed") == []


def test_a_table_of_many_routers_can_be_pasted_and_fits_the_screen():
    files = monolith(
        {f"booking_{word}": router(f"/bookings/{word}") for word in ("online", "at_the_counter", "by_telephone")}
        | {"films": router("/films"), "rooms": router("/rooms")}
    )
    (said,) = kinds(planned(files, "[phases.backend_split]\nlayout = 'monolith'\n"), "proposed")
    table = said.split("\n")[1:]
    assert max(map(len, table)) <= 69
    assert "bookings.routers = [" in table
    assert services(planned(files, "\n".join(table) + "\n"))["bookings"] == ["booking_at_the_counter", "booking_by_telephone", "booking_online"]


FOUR = {name: router(f"/{name}", uses, routes) for name, uses, routes in (("a1", "x", 6), ("b1", "x y", 5), ("c1", "y", 4), ("d1", "", 3))}


@pytest.mark.parametrize("number, expected", [("1", 1), ("2", 2), ("3", 3), ("4", 4), ("64", 4), ("true", 3)])
def test_no_more_services_than_are_asked_for(number: str, expected: int):
    files = monolith({name.replace("1", "lpha"): text.replace("1", "lpha") for name, text in FOUR.items()}, "x y")
    made = planned(files, PROPOSE.replace("true", number))
    assert len(services(made)) == expected
    assert [step.step.slug for step in planned(after(made), PROPOSE.replace("true", number)).steps] == []


def test_no_service_becomes_the_monolith_again():
    names = [f"{letter}films" for letter in "abcdefghijkl"]
    files = monolith({name: router(f"/{name}", f"x{index} x{index + 1}") for index, name in enumerate(names)}, " ".join(f"x{i}" for i in range(13)))
    found = services(planned(files, PROPOSE))
    assert max(map(len, found.values())) <= 4
    assert sum(map(len, found.values())) == 12


def test_what_other_numbers_cost_is_said():
    files = monolith({name.replace("1", "lpha"): text.replace("1", "lpha") for name, text in FOUR.items()}, "x y")
    (said,) = kinds(planned(files, PROPOSE), "choice")
    _, heads, *rows = said.split("\n")
    assert heads.split() == ["services", "routes", "own", "shared", "gateway", "keys"]
    assert [row.replace("\u2192", "*").split() for row in rows] == [
        ["2", "15", "4", "1", "2", "0"],
        ["*", "3", "18", "5", "1", "1", "0"],
        ["4", "18", "4", "2", "1", "0"],
    ]
    assert max(map(len, rows)) <= 69
    (picture,) = kinds(planned(files, PROPOSE), "alternatives")
    assert picture.count("subgraph") == 3


@pytest.mark.parametrize(("number", "said"), [("1", True), ("2", False), ("true", False)])
def test_a_number_that_leaves_no_room_is_said(number: str, said: bool):
    made = planned(monolith({"plays": router("/plays"), "films": router("/films")}), PROPOSE.replace("true", number) + WORDS)
    nothing = "nothing: with 1 service there is no room below `propose = 1`; without it there could be films (3 routes)"
    assert [one == nothing for one in kinds(made, "proposed")] == [said]


BAD = [
    pytest.param("propose = 0", "propose", id="no service is no number of them"),
    pytest.param("propose = 'yes'", "propose", id="neither is a word"),
]


@pytest.mark.parametrize("line, where", BAD)
def test_a_number_of_services_is_one(line: str, where: str):
    with pytest.raises(PlanError) as caught:
        planned(CINEMA, f"[phases.backend_split]\n{line}\n")
    assert where in str(caught.value) + " ".join(map(str, getattr(caught.value, "problems", ())))


# what there is already -------------------------------------------------------------------------------------------------

WORDS = "[phases.backend_split.services.stage]\nrouters = ['plays*.py', 'seats*.py']\n"


def test_a_word_of_the_plan_gives_way_to_what_the_code_shows_and_a_name_does_not():
    files = monolith({"films": router("/films"), "plays": router("/plays"), "seats": router("/films/seats", routes=2)})
    assert services(planned(files, PROPOSE + WORDS)) == {"films": ["films", "seats"], "stage": ["plays"]}
    assert services(planned(files, PROPOSE.replace("propose = true", "") + WORDS)) == {"stage": ["plays", "seats"]}
    named = WORDS.replace("seats*.py", "/routers/seats.py")
    assert services(planned(files, PROPOSE + named)) == {"films": ["films"], "stage": ["plays", "seats"]}
    made = planned(files, PROPOSE + WORDS)
    assert [step.step.slug for step in planned(after(made), PROPOSE + WORDS).steps] == []


def test_what_serves_what_a_named_service_serves_joins_it():
    files = monolith({"plays": router("/plays"), "tickets": router("/plays/tickets"), "films": router("/films")})
    assert services(planned(files, PROPOSE + WORDS)) == {"films": ["films"], "stage": ["plays", "tickets"]}


@pytest.mark.parametrize("gateway", ["import", "proxy"])
def test_a_router_that_comes_later_joins_or_makes_a_service(gateway: str):
    said = f"{PROPOSE}gateway = '{gateway}'\n"
    made = after(planned(monolith({"films": router("/films"), "rooms": router("/rooms")}), said))
    main = "services/api-gateway/app/main.py"
    later = {f"services/api-gateway/app/routers/{name}.py": router(f"/{name}") for name in ("snacks", "staff")}
    made |= {"services/api-gateway/app/routers/__init__.py": "", **later}
    made[main] += "\nfrom app.routers import snacks, staff\n\napp.include_router(snacks.router)\napp.include_router(staff.router)\n"
    again = planned(made, said)
    assert {step.step.slug for step in again.steps} >= {"snacks-service", "staff-service"}
    assert not {"films-service", "rooms-service"} & {step.step.slug for step in again.steps}
    assert [step.step.slug for step in planned(after(again), said).steps] == []


def test_what_serves_the_same_as_a_service_that_is_there_joins_it():
    made = after(planned(monolith({"films": router("/films"), "rooms": router("/rooms")}), PROPOSE))
    made["services/api-gateway/app/routers/__init__.py"] = ""
    made["services/api-gateway/app/routers/film_posters.py"] = router("/films/posters", routes=1)
    made["services/api-gateway/app/main.py"] += "\nfrom app.routers import film_posters\n\napp.include_router(film_posters.router)\n"
    again = planned(made, PROPOSE)
    assert services(again) == {"films": ["film_posters"]}
    assert [step.step.slug for step in again.steps] == ["films-service"]
    assert [step.step.slug for step in planned(after(again), PROPOSE).steps] == []


# names -----------------------------------------------------------------------------------------------------------------

NAMES = [
    pytest.param("films", router("/v2/movies"), "movies", id="after its addresses"),
    pytest.param("films", router("/{lang}/movies"), "movies", id="behind what they leave open"),
    pytest.param("film_routes", router(""), "film", id="after its module where they say nothing"),
    pytest.param("films", router("").replace('prefix=""', 'tags=["Movies on Show"]'), "movies-on-show", id="after its tag"),
    pytest.param("films", router("/email"), "films", id="not as a module of Python"),
    pytest.param("calendar", router("/calendar"), "calendar-api", id="neither by its module"),
    pytest.param("films", router("/api_gateway"), "films", id="not as the gateway"),
    pytest.param("films", router("/app"), "films", id="not as the application"),
    pytest.param("films", router("/Movie_Theaters"), "movie-theaters", id="as names are written"),
]


@pytest.mark.parametrize("module, text, expected", NAMES)
def test_names(module: str, text: str, expected: str):
    made = planned(monolith({module: text, "rooms": router("/rooms")}), PROPOSE)
    assert made.problems == ()
    assert services(made) == {expected: [module], "rooms": ["rooms"]}


def test_a_directory_that_is_there_keeps_its_name():
    files = CINEMA | {"services/films-service/package.json": "{}"}
    assert services(planned(files, PROPOSE)) == {"seats": ["films", "seats"], "rooms": ["rooms"]}


# what cannot be --------------------------------------------------------------------------------------------------------

ONE_FILE = {
    "api/requirements.txt": "fastapi\n",
    "api/app/__init__.py": "",
    "api/app/main.py": "from fastapi import FastAPI\napp = FastAPI()\n\n\n@app.get('/films')\ndef films(): ...\n\n\n@app.get('/films/{one}')\ndef film(): ...\n"
    "\n\n@app.get('/rooms')\ndef rooms(): ...\n",
}
TINY = monolith({"films": router("/films", routes=1), "rooms": router("/rooms", routes=1)})
HELD = monolith(
    {"films": router("/films", "paths"), "rooms": router("/rooms", "paths")},
    paths="from kit import find_root\nROOT = find_root(__file__)\n",
)

IMPOSSIBLE = [
    pytest.param(ONE_FILE, "api/app/main.py serves all 3 routes", "(/films 2, /rooms 1)", id="one file"),
    pytest.param(TINY, "of 2 routers: none of them serves or owns enough", "`services` in migrate.toml", id="too little"),
    pytest.param(HELD, "2 of 2 routers stay with paths.py", 'movable = ["paths.py"]', id="what holds them"),
]


@pytest.mark.parametrize("files, message, hint", IMPOSSIBLE)
def test_what_cannot_be_proposed_is_said_with_what_to_do(files: dict[str, str], message: str, hint: str):
    made = planned(files, PROPOSE)
    (problem,) = made.problems
    assert problem.where == "phases.backend_split.propose"
    assert message in problem.message
    assert hint in problem.hint
    assert made.steps == ()
    unasked = planned(files, PROPOSE.replace("true", "false"))
    assert unasked.problems == ()
    assert [one.message for one in unasked.notes["backend_split"].findings if one.kind == "proposed"] == [f"{problem.message}; {problem.hint}"]


MAKERS = [
    pytest.param("app.include_router(items.router)\n    app.include_router(users.router)", id="it includes routers"),
    pytest.param("app.mount('/static', StaticFiles())\n    app.include_router(items.router)\n    app.include_router(users.router)", id="it mounts what is static"),
    pytest.param("app.include_router(items.router)\n    app.include_router(users.router)\n"
                 "    for one in 'abcd':\n        app.add_api_route(f'/probe/{one}', str)\n    app.get('/x')(str)\n    app.get('/y')(str)\n    app.get('/z')(str)",
                 id="it serves more than a service has to"),
]  # fmt: skip


@pytest.mark.parametrize("body", MAKERS)
def test_a_module_that_makes_the_application_for_another_is_no_router(body: str):
    files = monolith({"items": router("/items"), "users": router("/users")})
    files["api/app/registering.py"] = (
        "from fastapi import FastAPI\nfrom starlette.staticfiles import StaticFiles\nfrom app.routers import items, users\n\n\n"
        f"def made():\n    app = FastAPI()\n    {body}\n    return app\n"
    )
    files["api/app/main.py"] = "from app.registering import made\n\napp = made()\n"
    assert services(planned(files, PROPOSE)) == {"items": ["items"], "users": ["users"]}


def test_tables_hold_more_together_than_modules():
    table = 'class {0}:\n    __tablename__ = "{0}"\n    id = Column(Integer, primary_key=True)\n\n\ndef used(): ...\n'
    files = {"films": router("/films", "film seat"), "rooms": router("/rooms", "room seat")}
    modules = {"film": "def used(): ...\n", "room": "def used(): ...\n", "seat": "def used(): ...\n"}
    own = {
        name: text + "".join(f"from app.own.{name}_{i} import used as u{i}\n" for i in range(3)) for name, text in modules.items() if name != "seat"
    }
    more = {f"own__{name}_{i}": "def used(): ...\n" for name in own for i in range(3)}
    files_of = lambda seat: monolith(files, **more, **own, seat=seat)  # noqa: E731
    assert len(services(planned(files_of(modules["seat"]), PROPOSE))) == 2
    assert services(planned(files_of(table.format("seat")), PROPOSE)) == {"films": ["films", "rooms"]}


def test_what_services_have_no_say_in_is_the_same_in_every_alternative():
    """A partition takes over from another what services decide nothing of; made anew, it finds the same."""
    facts = facts_of(monolith({"orders": router("/orders"), "users": router("/users")}))
    chosen = Options(services={"orders": ServiceOptions(routers=("/routers/orders.py",))})
    backend = backend_of(facts, chosen)
    assert backend is not None
    first = Partition(facts, Options(services={}), backend)
    assert first.owned == {}
    taken, anew = first.serving_as(chosen), Partition(facts, chosen, backend)
    assert taken.owned == anew.owned == {"orders": ("api/app/routers/orders.py",)}
    assert taken.parts == anew.parts
