"""Strings that name modules, and strings that only look like it: before and after, and beside each kind what must stay."""

from __future__ import annotations

import pytest

from tests.unit.python.monorepo import moved

USERS = {"app/users.py": "app/accounts/people.py"}
SHOP = {"shop": "apps/shop", "accounts": "apps/accounts"}
JOBS = {"app/jobs.py": "app/work/jobs.py"}
DEEP = {"shop/migrations": "apps/steps"}
PLAIN = {"tasks.py": "work/tasks.py"}

PAIRS = [
    # what the place says
    ("a class in a logging configuration", USERS, "H = {'class': '{0}.Handler'}\n"),
    ("a factory in a logging configuration", USERS, "H = {'()': '{0}.make'}\n"),
    ("a middleware that is made at run time", USERS, "MIDDLEWARE = ['django.x', '{0}.Made']\n"),
    ("a context processor", USERS, "T = [{'OPTIONS': {'context_processors': ['{0}.made']}}]\n"),
    ("a patch of what is there at run time", USERS, "patch('{0}.made', 1)\n"),
    # whole modules
    ("a logger", USERS, "logging.getLogger('{0}')\n"),
    ("a logger below a module's", USERS, "logging.getLogger('{0}.audit')\n"),
    ("a word in long quotes", SHOP, 'INSTALLED_APPS = ["""{1}""", r"{1}"]\n'),
    ("loggers by key", USERS, "LOGGING = {'loggers': {'{0}': {'level': 'INFO'}, 'uvicorn': {}}}\n"),
    ("a list of modules", USERS, "MODULES = ['{0}', 'os.path']\n"),
    ("an attribute that is there", USERS, "x = '{0}.load'\n"),
    ("a class's method", USERS, "x = '{0}.User.save'\n"),
    ("what a module imports", USERS, "x = '{0}.Path'\n"),
    ("a target", USERS, "x = '{0}:load'\n"),
    ("backquotes", USERS, '"""See ``{0}.load`` and :class:`~{0}.User`."""\n'),
    # celery, rq, apscheduler
    ("a task that is sent", JOBS, "app.send_task('{0}.send')\n"),
    ("a signature", JOBS, "s = app.signature('{0}.send', args=(1,))\n"),
    ("a schedule", JOBS, "beat_schedule = {'x': {'task': '{0}.send'}}\n"),
    ("a route", JOBS, "task_routes = {'{0}.send': {'queue': 'q'}}\n"),
    ("a route of a whole module", JOBS, "app.conf.task_routes = {'{0}.*': {'queue': 'q'}}\n"),
    ("routes as a keyword", JOBS, "app.conf.update(task_routes={'{0}.*': 'q'}, imports=['{0}'])\n"),
    ("annotations", JOBS, "CELERY_TASK_ANNOTATIONS = {'{0}.send': {'rate_limit': '1/s'}}\n"),
    ("modules at the top", PLAIN, "app = Celery('x', include=['{0}'])\n"),
    ("autodiscover at the top", PLAIN, "app.autodiscover_tasks(['{0}'])\n"),
    ("autodiscover as a keyword", PLAIN, "app.autodiscover_tasks(packages=['{0}'])\n"),
    ("a task of a module at the top", PLAIN, "app.send_task('{0}.add')\n"),
    ("a configuration at the top", PLAIN, "app.config_from_object('{0}')\n"),
    ("imports of a setting", PLAIN, "app.conf.imports = ('{0}',)\n"),
    ("a job of a scheduler", JOBS, "scheduler.add_job('{0}:send', 'interval')\n"),
    ("a job of a queue", JOBS, "queue.enqueue('{0}.send', 1)\n"),
    # names that are put together
    ("a package's module, in an f-string", SHOP, "m = importlib.import_module(f'{1}.{name}')\n"),
    ("a package's module, added", SHOP, "m = import_module('{1}.' + name)\n"),
    ("a package's module, formatted", SHOP, "m = import_module('{1}.{}'.format(name))\nn = __import__('{1}.%s' % name)\n"),
    ("a package's module, by keyword", SHOP, "m = import_module(name=f'{1}.{name!r}')\n"),
    ("a module of each package", SHOP, "m = import_module(f'{1}.{name}.models')\n"),
    ("a package's module, kept first", SHOP, "path = f'{1}.{name}'\nm = import_module(path)\n"),
    ("a package of a relative name", DEEP, "m = import_module(f'.{name}', '{0}')\nn = import_module('.' + name, package='{0}')\n"),
    ("a class of a module", USERS, "m = import_string(f'{0}.{name}')\n"),
    ("a class of a configuration", USERS, "app.config.from_object(f'{0}.{env}')\napp.config.from_object('{0}.' + env)\n"),
    ("a configuration of one word", PLAIN, "app.config.from_object('{0}')\n"),
    # Flask, Jinja, resources
    ("Flask", SHOP, "app = Flask('{1}')\n"),
    ("Flask by keyword", SHOP, "app = Flask(import_name='{1}', static_folder='x')\n"),
    ("a blueprint", SHOP, "bp = Blueprint('shop', '{1}', url_prefix='/shop')\n"),
    ("a package loader", SHOP, "loader = PackageLoader('{1}', 'templates')\n"),
    ("a package's data", SHOP, "x = pkgutil.get_data('{1}', 'data/x.json')\n"),
    ("a package's files", SHOP, "from importlib.resources import files\nx = files('{1}') / 'x'\n"),
    ("a package's files, by module", SHOP, "x = importlib.resources.files('{1}')\n"),
    ("a package's files, of several names", SHOP, "from importlib_resources import (\n    as_file,\n    files,\n)\nx = files('{1}').joinpath('x')\n"),
    ("a package's file", SHOP, "from importlib.resources import open_text, path\nx = open_text('{1}', 'x')\ny = path('{1}', 'x')\n"),
    ("a package's file, by module", SHOP, "from importlib import resources\nx = resources.path('{1}', 'x')\ny = resources.is_resource('{1}', 'x')\n"),
    ("a package's file, by keyword", SHOP, "x = resources.files(anchor='{1}')\ny = resources.open_binary(package='{1}', resource='x')\n"),
    ("a package's data, by its own name", SHOP, "from pkgutil import get_data\nx = get_data('{1}', 'x')\n"),
    (
        "a package's files, dotted",
        {"shop/migrations": "apps/steps"},
        "x = importlib.resources.files('{0}') / 'x'\ny = pkgutil.get_data('{0}', 'x')\n",
    ),
    ("a package's files, long ago", SHOP, "x = pkg_resources.resource_filename('{1}', 'x')\n"),
    ("strawberry", USERS, "x: Annotated['User', strawberry.lazy('{0}')]\n"),
    ("a model of SQLAlchemy", USERS, "user = relationship('{0}.User')\n"),
    ("an environment's settings", SHOP, "os.environ.setdefault('DJANGO_SETTINGS_MODULE', '{1}')\n"),
    ("an environment's settings by key", SHOP, "os.environ['DJANGO_SETTINGS_MODULE'] = '{1}'\n"),
    ("a logger of one word", SHOP, "logging.getLogger('{1}')\n"),
    ("loggers of one word", SHOP, "LOGGING = {'loggers': {'{1}': {'handlers': ['shop']}}}\n"),
    ("packages to find", SHOP, "setup(packages=find_packages(include=['{1}', '{1}.*']))\n"),
    # Django
    ("an application of one word", SHOP, "INSTALLED_APPS = ['django.contrib.auth', '{1}']\n"),
    ("its configuration", SHOP, "INSTALLED_APPS = ['{1}.apps.ShopConfig']\n"),
    ("applications that are added", SHOP, "INSTALLED_APPS += ['{1}']\n"),
    ("applications in parts", SHOP, "LOCAL_APPS = ('{1}',)\nINSTALLED_APPS = DJANGO_APPS + LOCAL_APPS + ['{1}']\n"),
    ("an application's name", SHOP, "class ShopConfig(AppConfig):\n    name = '{1}'\n    label = 'shop'\n"),
    ("an application's name in a subclass", SHOP, "class ShopConfig(apps.BaseAppConfig):\n    name: str = '{1}'\n"),
    ("routes", SHOP, "urlpatterns = [path('shop/', include('{1}.urls')), path('x/', include(('{1}.urls', 'shop'), namespace='shop'))]\n"),
    ("the root of routes", SHOP, "ROOT_URLCONF = '{1}.urls'\n"),
    ("migrations", SHOP, "MIGRATION_MODULES = {'shop': '{1}.migrations'}\n"),
    ("a middleware", SHOP, "MIDDLEWARE = ['{1}.middleware.Basket']\n"),
    ("the default configuration", SHOP, "default_app_config = '{1}.apps.ShopConfig'\n"),
    ("a backend", SHOP, "AUTHENTICATION_BACKENDS = ['{1}.middleware.Basket']\n"),
]

STAYS = [
    # names of metrics, events, permissions, texts, flags
    ("a metric", USERS, "metrics.increment('app.users.created')\n"),
    ("a metric called like a module", USERS, "statsd.gauge('app.users', 1)\n"),
    ("an event", USERS, "bus.publish('app.users.deleted', {})\n"),
    ("an event called like a function", USERS, "bus.publish('app.users.load', {})\n"),
    ("a permission", USERS, "user.has_perm('app.users')\n"),
    ("a decorator's permission", USERS, "@permission_required('app.users.load')\ndef v(): ...\n"),
    ("a text", USERS, "t = gettext('app.users')\n"),
    ("a flag", USERS, "flags.enabled('app.users.load')\n"),
    ("an event by key", USERS, "x = {'event': 'app.users.load', 'topic': 'app.users'}\n"),
    ("a queue", USERS, "x = send(queue='app.users', routing_key='app.users.load')\n"),
    ("a key that is nowhere", USERS, "x = settings['app.users.page_size']\n"),
    ("a name in a comparison", USERS, "if kind == 'app.users.created': ...\n"),
    ("a set of names", USERS, "NAMES = {'app.users.created', 'app.users.deleted'}\n"),
    ("a column of a schema", USERS, "x = Column(ForeignKey('app.users.id'))\n"),
    ("a column called like a function", USERS, "x = ForeignKey('app.users.load')\n"),
    ("a route by its name", USERS, "url_for('app.users.load')\n"),
    ("a wildcard of events", USERS, "bus.on('app.users.*')\nx = ['app.users.*']\n"),
    ("a span", USERS, "tracer.start_as_current_span('app.users.load')\n"),
    # hosts
    ("a host", SHOP, "x = 'shop.example.com'\ny = 'accounts.example.com'\n"),
    ("hosts that are allowed", SHOP, "ALLOWED_HOSTS = ['shop.models', 'shop.example.com']\n"),
    ("a host in prose", SHOP, '"""The shop is at ``shop.example.com``."""\n'),
    ("a host and a port", SHOP, "x = connect('shop.example.com:80')\n"),
    # labels of Django
    ("a user's model", SHOP, "AUTH_USER_MODEL = 'accounts.User'\n"),
    ("a foreign key", SHOP, "x = models.ForeignKey('shop.Item', on_delete=1)\n"),
    ("a model by its label", SHOP, "Item = apps.get_model('shop', 'Item')\nUser = apps.get_model('accounts.User')\n"),
    ("a label", SHOP, "class ShopConfig(X):\n    label = 'shop'\n    verbose_name = 'shop'\n"),
    ("dependencies of a migration", SHOP, "class Migration:\n    dependencies = [('shop', '0001_initial')]\n"),
    ("a namespace of routes", SHOP, "app_name = 'shop'\nurl = reverse('shop:list')\n"),
    ("a name of another class", SHOP, "class Thing(Base):\n    name = 'shop'\n"),
    ("keys of migrations", SHOP, "MIGRATION_MODULES = {'shop': None}\n"),
    ("libraries of the same list", SHOP, "INSTALLED_APPS = ['rest_framework', 'django.contrib.auth']\n"),
    ("a folder of templates", SHOP, "x = Flask(__name__, template_folder='shop')\ny = PackageLoader('other', 'shop')\n"),
    ("a blueprint's name", SHOP, "bp = Blueprint('shop', __name__)\n"),
    ("a word in another list", SHOP, "NAMES = ['shop', 'accounts']\n"),
    ("a word for another function", SHOP, "x = include_router('shop')\ny = form.include('shop')\nz = request.files('shop')\n"),
    ("somebody else's files", SHOP, "from tools import files\nx = files('shop')\ny = request.files('shop')\n"),
    ("files of their own", SHOP, "def files(name): ...\n\n\nx = files('shop')\ny = get_data('shop', 'x')\n"),
    ("a route, beside a package's files", SHOP, "from importlib.resources import files\nfrom django.urls import path\nx = path('shop', view)\n"),
    ("files of a library", SHOP, "from importlib.resources import files\nx = files('certifi') / 'shop'\n"),
    ("the file's name", SHOP, "from importlib.resources import open_text\nx = open_text('certifi', 'shop')\n"),
    ("a variable of the environment", SHOP, "os.environ.setdefault('TENANT', 'shop')\n"),
    ("a handler's name", SHOP, "LOGGING = {'handlers': {'shop': {}}}\n"),
    ("fields that are dumped", SHOP, "x = model.model_dump(include={'shop'}, exclude={'accounts'})\n"),
    # what is put together and loads nothing
    ("a metric, put together", SHOP, "import_module(x)\nstatsd.incr(f'shop.{name}')\nmetrics.increment('shop.' + name)\n"),
    ("a permission, put together", SHOP, "import_module(x)\nuser.has_perm(f'shop.{name}')\n"),
    ("a key, put together", USERS, "key = f'app.users.{name}'\n"),
    ("bytes", SHOP, "import_module(b'shop.%s' % name)\n"),
    ("braces that are meant", SHOP, "import_module('shop.{{x}}')\nimport_module(f'shop.{{x}}')\n"),
    ("the end of another name", SHOP, "import_module(name + '.shop.' + other)\n"),
    # tasks with names of their own
    ("a task that is nowhere", JOBS, "app.send_task('app.jobs.gone')\n"),
    ("a task with a name", {"app/named.py": "app/work/named.py"}, "app.send_task('app.named.send')\nx = {'task': 'app.named.send'}\n"),
    ("routes of named tasks", {"app/named.py": "app/work/named.py"}, "task_routes = {'app.named.*': {'queue': 'q'}}\n"),
    ("Celery's name", PLAIN, "app = Celery('tasks')\n"),
    ("a queue called like a module", PLAIN, "app.conf.task_routes = {'x.*': {'queue': 'tasks'}}\nsend(queue='tasks')\n"),
]


@pytest.mark.parametrize(("moves", "text"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_what_names_a_module_follows(moves, text):
    old, new = (next(iter(side)) for side in (moves, moves.values()))
    before, after = (text.replace("{0}", _dotted(name)).replace("{1}", _dotted(name)) for name in (old, new))
    assert moved(before, moves) == after


@pytest.mark.parametrize(("moves", "text"), [row[1:] for row in STAYS], ids=[row[0] for row in STAYS])
def test_what_looks_alike_stays(moves, text):
    assert moved(text, moves) == text


def _dotted(path: str) -> str:
    return path.removesuffix(".py").replace("/", ".")
