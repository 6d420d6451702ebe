"""What a string is by the place where it stands: the setting, the keyword, the key or the function that it is given to.

Frameworks are known here as names in tables. A place says `module` (what stands there is a module or something in one, a single word as
well), `task` (the name of a task, which is its place unless it was given another), `logger` (which has a module's name by custom only),
`name` (somebody else's name, whatever it looks like: an event, a permission, a host, the label of a model), `folder` (a folder or a file
as the process sees it), `beside` (one as the file sees it), or nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from migrator.languages.python.parsing import Node, decoded, enclosing, occurrences, text_of, walk, words

__all__ = ["folders", "marks", "single_words", "what_stands_at"]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


_WORDED = _names(
    # Django: lists of applications are often put together from several
    "INSTALLED_APPS DJANGO_APPS LOCAL_APPS PROJECT_APPS THIRD_PARTY_APPS SHARED_APPS TENANT_APPS ROOT_URLCONF FORMAT_MODULE_PATH MIGRATION_MODULES "
    "default_app_config DJANGO_SETTINGS_MODULE "
    # celery
    "CELERY_IMPORTS CELERY_INCLUDE CELERY_CONFIG_MODULE conf.imports conf.include"
)
"""Settings, keywords and keys whose strings name modules, a single word as well."""

_SETTINGS = _WORDED | _names(
    "MIDDLEWARE MIDDLEWARE_CLASSES WSGI_APPLICATION ASGI_APPLICATION AUTHENTICATION_BACKENDS DATABASE_ROUTERS TEST_RUNNER SESSION_ENGINE "
    "FORM_RENDERER STATICFILES_FINDERS EXCEPTION_HANDLER BACKEND context_processors wsgi_app worker_class logger_class pytest_plugins class ()"
)
"""Settings, keywords and keys whose strings name modules or something in one."""

_RESOURCES = _names("files open_text open_binary read_text read_binary path is_resource contents")
"""What `importlib.resources` is asked by the name of a package."""

_FROM_THERE = re.compile(rb"(?m)^[ \t]*from[ \t]+(?:importlib[._]resources|pkgutil)[ \t]+import\b[ \t]*(\([^()]*\)|[^\n]*)")

_WORDED_ARGUMENTS: Mapping[str, frozenset[str]] = {
    "=include": _names("0"),
    "environ.setdefault": _names("1"),
    "setenv": _names("1"),
    "Celery": _names("include config_source"),
    "autodiscover_tasks": _names("0 packages"),
    **dict.fromkeys(_names("config_from_object from_object"), _names("0 obj")),
    "conf.update": _names("imports include"),
    # what finds its files beside a package
    **dict.fromkeys(_names("Flask Quart"), _names("0 import_name")),
    "Blueprint": _names("1 import_name"),
    "PackageLoader": _names("0 package_name"),
    **dict.fromkeys(_names("resource_filename resource_string resource_stream resource_exists"), _names("0")),
    "pkgutil.get_data": _names("0 package"),
    **dict.fromkeys(
        (f"{module}.{function}" for module in ("resources", "importlib_resources") for function in _RESOURCES), _names("0 package anchor")
    ),
    # by their own names where they were imported from there
    **dict.fromkeys((f"={function}" for function in (*_RESOURCES, "get_data")), _names("0 package anchor")),
    **dict.fromkeys(_names("find_packages find_namespace_packages"), _names("include exclude")),
}
"""Functions, by the arguments that name modules, a single word as well: `=` stands before what is called by that name alone."""

_BY_OWN_NAME = frozenset({*_RESOURCES, "get_data"})

_ARGUMENTS: Mapping[str, frozenset[str]] = {
    **_WORDED_ARGUMENTS,
    **dict.fromkeys(
        _names("import_module __import__ import_string find_spec run_module resolve_name locate load_object load_class"), _names("0 name")
    ),
    **dict.fromkeys(_names("patch object dict multiple setattr delattr autospec create_autospec spy importorskip"), _names("0 1 target name")),
    **dict.fromkeys(_names("run Config"), _names("0 app target")),
    "=lazy": _names("0"),
    "strawberry.lazy": _names("0"),
}
"""Functions, by the arguments that name modules or something in one."""

_TASKS = _names("send_task signature Signature subtask")
"""Functions that are given the name of a task."""

_NAMED = _names(
    # measurements and events
    "increment incr decr decrement gauge timing timer histogram distribution counter meter publish emit subscribe unsubscribe fire trigger track "
    "capture dispatch_event send_event add_event set_attribute start_span start_as_current_span "
    # permissions, flags, texts
    "has_perm has_perms has_permission permission_required require_permission enabled is_enabled flag_is_active variation gettext ngettext pgettext "
    "gettext_lazy lazy_gettext gettext_key translate "
    # routes, models by label, columns by table
    "url_for reverse reverse_lazy get_model ForeignKey OneToOneField ManyToManyField ForeignKeyConstraint has_table "
    # tasks: what is given there is the name itself
    "task shared_task periodic_task actor"
)
"""Functions that are given names which others know."""

_NAMING = _names(
    "AUTH_USER_MODEL app_label label db_table permission permissions permission_required event event_name event_type metric metric_name topic topics "
    "queue routing_key exchange channel channels codename schema key_prefix prefix host hostname domain domains ALLOWED_HOSTS bucket stat feature flag"
)
"""Settings, keywords and keys whose strings are names that others know."""

_FOLDERS = _names(
    # pydantic-settings, python-dotenv; Django; Jinja; gunicorn
    "env_file _env_file env_files secrets_dir dotenv_path STATICFILES_DIRS TEMPLATE_DIRS FIXTURE_DIRS LOCALE_PATHS DIRS searchpath chdir"
)
"""Settings, keywords and keys whose strings are folders or files as the process sees them."""

_BESIDE = _names("template_folder static_folder")
"""Settings and keywords whose strings are folders as the file sees them: Flask's and Quart's, beside the package that an application is made for."""

_FOLDER_ARGUMENTS: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_names("Jinja2Templates StaticFiles"), _names("0 directory")),
    "FileSystemLoader": _names("0"),
    "TemplateLookup": _names("0 directories"),
    **dict.fromkeys(_names("load_dotenv dotenv_values"), _names("0")),
    "read_env": _names("0"),
    "fileConfig": _names("0 fname"),
    # AWS CDK: from the directory of cdk.json
    **dict.fromkeys(_names("from_asset from_image_asset from_docker_build"), _names("0 path directory")),
    **dict.fromkeys(_names("PythonFunction NodejsFunction GoFunction PythonLayerVersion"), _names("entry project_root deps_lock_file_path")),
    **dict.fromkeys(_names("DockerImageAsset"), _names("directory")),
}
"""Functions, by the arguments that are folders or files as the process sees them."""

_ROUTES = _names("task_routes CELERY_TASK_ROUTES CELERY_ROUTES task_annotations CELERY_TASK_ANNOTATIONS")
"""Settings whose keys are tasks, or all tasks of a module."""

_PATHS = frozenset({"folder", "beside"})

_HANDED: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_names("Path PurePath str fspath abspath"), _names("0")),
    **dict.fromkeys(_names("getenv get env config"), _names("1 default")),
}
"""Functions, by the arguments that come out of them as they went in."""

_KNOWN: Mapping[str, str] = {
    **dict.fromkeys(_BESIDE, "beside"),
    **dict.fromkeys(_FOLDERS, "folder"),
    "task": "task",
    **dict.fromkeys(_NAMING, "name"),
    **dict.fromkeys(_SETTINGS, "module"),
}
"""What stands at a setting, a keyword or a key."""

_LOGGERS = frozenset({"loggers"})

_ENVIRONMENT = _names("setdefault setenv")
"""Functions that set a variable: what its value is, its name tells."""

_GATHERED = frozenset(
    {"list", "tuple", "set", "parenthesized_expression", "binary_operator", "conditional_expression", "list_splat", "expression_list"}
)
_CLASSES = re.compile(r"\w*AppConfig$")
_WORD = re.compile(rb"[^\W\d]\w*")
_PATH = re.compile(rb"(?!/|.*//|.*[^./]/\.\.?(?:/|$))[^\\\"'{}%*?$<>|:~\s](?:[^\\\"'{}%*?$<>|:\r\n]*[^\\\"'{}%*?$<>|:/\s])?")
_MARKING = (*_WORDED, *_WORDED_ARGUMENTS, *_FOLDERS, *_BESIDE, *_FOLDER_ARGUMENTS)
_MARKS = frozenset({*(re.split(r"[.=]", name)[-1].encode() for name in _MARKING), b"getLogger", b"loggers"})
_OF_RESOURCES = frozenset(name.encode() for name in _RESOURCES)
_CONFIGURED = re.compile(rb"AppConfig\b")
"""What must stand in a source for a single word in it to be a module or a folder."""


def what_stands_at(string: Node) -> str:
    """`module`, `task`, `logger`, `name`, or nothing where the place of a string does not tell."""
    here, argument, behind = string, "", False
    while (above := here.parent) is not None:
        known = ""
        match above.type:
            case "pair":
                if above.child_by_field_name("key") == here:
                    return "logger" if _is_of(above, _LOGGERS) else "task" if _is_of(above, _ROUTES) else ""
                known = _KNOWN.get(_content(above.child_by_field_name("key")), "")
            case "dictionary":
                pass
            case "tuple":
                behind = behind or above.named_children[0] != here
            case "keyword_argument":
                argument = text_of(above.child_by_field_name("name"))
                known = _KNOWN.get(argument, "")
            case "argument_list":
                argument = argument or str(above.named_children.index(here))
                given = _given(above, argument, behind=behind)
                if not given and above.parent is not None and _hands_on(above, argument) and (outer := what_stands_at(above.parent)) in _PATHS:
                    return outer
                return given
            case "assignment" | "augmented_assignment":
                return _assigned(above)
            case kind if kind not in _GATHERED:
                return ""
            case _:
                pass
        if known:
            return known
        here = above
    return ""


def marks(source: bytes) -> list[tuple[int, int]]:
    """Where words stand that tell of single words which name a module."""
    here = _MARKS.intersection(words(source))
    if b"resources" not in source:
        here -= _OF_RESOURCES  # common words elsewhere
    found = [(at, at + len(mark)) for mark in here for at in occurrences(source, mark)]
    return found + [match.span() for match in _CONFIGURED.finditer(source)]


def single_words(root: Node, marked: Iterable[tuple[int, int]]) -> Iterator[int]:
    """Where strings of one word begin that stand where a module is named: there is one of the marks."""
    for string in _near(root, marked):
        if _WORD.fullmatch(_plain(string)) and what_stands_at(string) in {"module", "logger"}:
            yield string.children[1].start_byte


def folders(root: Node, marked: Iterable[tuple[int, int]]) -> Iterator[tuple[Node, int, str]]:
    """Strings that are folders or files by their place: each with the length of the path in bytes, and `.` where the file sees it."""
    for string in _near(root, marked):
        path = _PATH.match(_plain(string))
        if path is None or _plain(string)[path.end() :] not in {b"", b"/"} or _is_label(string):
            continue
        if (place := what_stands_at(string)) in _PATHS:
            yield string, path.end(), "." if place == "beside" else ""


def _is_label(string: Node) -> bool:
    """Whether a string says what stands beside it: the first of a pair (`("prefix", "folder")`), something in a dictionary of another setting."""
    here, above = string, string.parent
    if above is not None and above.type == "tuple" and len(above.named_children) == 2 and above.named_children[0] == here:  # noqa: PLR2004  a pair
        return above.parent is not None and above.parent.type in _GATHERED
    while above is not None and above.type in _GATHERED:
        here, above = above, above.parent
    return above is not None and above.type == "pair" and _content(above.child_by_field_name("key")) not in _KNOWN


def _near(root: Node, marked: Iterable[tuple[int, int]]) -> Iterator[Node]:
    """The strings of which one of the marks says something."""
    seen = set()
    for start, end in marked:
        node = root.descendant_for_byte_range(start, end)
        place = _place(node) if node is not None else None
        for string in walk(place) if place is not None else ():
            if string.type == "string" and string.start_byte not in seen:
                seen.add(string.start_byte)
                yield string


def _content(node: Node | None) -> str:
    return decoded(_plain(node)) if node is not None and node.type == "string" else ""


def _plain(string: Node) -> bytes:
    """What a string without substitutions says between its quotes."""
    if any(child.type not in {"string_start", "string_content", "string_end"} for child in string.children):
        return b""
    return b"".join(child.text or b"" for child in string.children if child.type == "string_content")


def _is_of(pair: Node, names: frozenset[str]) -> bool:
    """Whether a dictionary's entry is one of a setting's own."""
    owner = pair.parent.parent if pair.parent is not None else None
    if owner is None:
        return False
    match owner.type:
        case "pair":
            return _content(owner.child_by_field_name("key")) in names
        case "keyword_argument":
            return text_of(owner.child_by_field_name("name")) in names
        case "assignment":
            return any(name in names for name in _called(owner.child_by_field_name("left")))
        case _:
            return False


def _called(node: Node | None) -> tuple[str, ...]:
    """What a name, an attribute or a key is called: its last part, and its last two (`=` and the name where there is one)."""
    if node is not None and node.type == "subscript":
        return (_content(node.child_by_field_name("subscript")),)
    parts = text_of(node).split(".")
    return (parts[-1], ".".join(parts[-2:]) if len(parts) > 1 else f"={parts[0]}")


def _assigned(assignment: Node) -> str:
    names = _called(assignment.child_by_field_name("left"))
    if names[0] == "name" and (owner := enclosing(assignment, "class_definition", "function_definition")) is not None:
        bases = owner.child_by_field_name("superclasses")
        if bases is not None and any(_CLASSES.search(text_of(base)) for base in bases.named_children):
            return "module"
    return next((_KNOWN[name] for name in names if name in _KNOWN), "")


def _given(arguments: Node, argument: str, *, behind: bool) -> str:
    """What an argument of a call is; `behind` says that it is not the first of a tuple (`include((urls, namespace))`)."""
    call = arguments.parent
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    if function is None:
        return ""
    names = _called(function)
    if names[-1].startswith("=") and names[0] in _BY_OWN_NAME and not _is_from_there(function, names[0]):
        return ""
    if any(argument in _ARGUMENTS.get(name, ()) for name in names) and not (behind and names[0] == "include"):
        return "module" if names[0] not in _ENVIRONMENT or _content(arguments.named_children[0]) in _SETTINGS else ""
    if argument in _FOLDER_ARGUMENTS.get(names[0], ()):
        return "folder"
    if names[0] in _TASKS:
        return "task"
    return "logger" if names[0] == "getLogger" else "name" if names[0] in _NAMED else ""


def _is_from_there(function: Node, name: str) -> bool:
    """Whether what is called by its own name is what a package's files are asked with: others are called so too."""
    root = function
    while root.parent is not None:
        root = root.parent
    return any(name.encode() in words(found[1]) for found in _FROM_THERE.finditer(root.text or b""))


def _hands_on(arguments: Node, argument: str) -> bool:
    """Whether a call only hands on an argument: a path made of it, or what is taken where a variable is not set."""
    call = arguments.parent
    above = call.parent if call is not None else None
    if call is None or call.type != "call" or (above is not None and above.type == "binary_operator" and above.child_by_field_name("right") == call):
        return False  # put behind another path
    name = _called(call.child_by_field_name("function"))[0]
    return argument in _HANDED.get(name, ())


def _place(mark: Node) -> Node | None:
    """The whole of what a mark says something about: its assignment, entry, argument, call or class."""
    if mark.type == "string_content":
        return enclosing(mark, "pair", "assignment", "call")
    if mark.type != "identifier":
        return None
    found = enclosing(mark, "assignment", "augmented_assignment", "keyword_argument", "call", "class_definition", "block", "module")
    return found if found is not None and found.type not in {"block", "module"} else None
