"""What is hidden wherever people read, and what nothing that is generated may hold."""

from __future__ import annotations

import pytest

from migrator.edits.dockerfile import AddInstructions
from migrator.errors import Finding, Problem
from migrator.paths import RepoPath
from migrator.record import record_of
from migrator.secrets import HIDDEN, credential, quoted, redact, told, written
from migrator.step import Edit, Step

KEY = "sk_live_" + "4" * 20
TOLD = [
    f'stripe.connect("{KEY}")',
    'engine = create_engine("postgres://shop:hunter2@db/shop")',
    'SECRET = "hunter2-again"',
    'secret: str = "hunter2-again"',
    "login(name='ada', password='hunter2-again')",
    '{"api_key": "hunter2-again"}',
    'KEY = os.getenv("SECRET_KEY", "hunter2-again")',
    "{ 'x-api-key': 'hunter2-again' }",
    "fetch(url, { headers: { Authorization: 'Bearer hunter2-again' } })",
    'curl -H "authorization: bearer hunter2-again"',
    "{ Authorization: 'Basic hunter2again==' }",
]
HARMLESS = [
    'OAuth2PasswordBearer(tokenUrl="/auth/token")',
    'scheme = OAuth2PasswordBearer(tokenUrl="token1_of_auth")',
    'app.mount("/static", files)',
    "secret_key=settings.SECRET_KEY",
    'password_field = "password2"',
    'redis = "redis://redis:6379/0"',
    "task-1234567890123456",
    "headers = {'Authorization': f'Bearer {token}'}",
    "the bearer of tests/unit2",
    "# Basic x86_64-linux, Basic tests/unit2.py",
    "{ 'x-api-key': settings.api_key }",
]


@pytest.mark.parametrize("code", TOLD)
def test_a_credential_in_code_is_seen_and_hidden_where_code_is_quoted(code: str) -> None:
    assert told(code)
    for shown in (quoted(code), redact(code)):
        assert "hunter2" not in shown
        assert KEY not in shown


LETTERS = "a1B2" * 8
TOKENS = [
    "AKIA" + "A1B2" * 4,
    *(f"gh{kind}_{LETTERS}" for kind in "pousr"),
    f"github_pat_{LETTERS}",
    f"glpat-{LETTERS}",
    *(f"xox{kind}-{LETTERS}" for kind in "abprs"),
    f"sk-{LETTERS}",
    f"sk_test_{LETTERS}",
    f"AIza{LETTERS}",
    f"eyJ{LETTERS}.{LETTERS}.{LETTERS}",
    *(f"{word} {LETTERS}" for word in ("Bearer", "bearer", "Basic")),
    f"-----BEGIN EC PRIVATE KEY-----\n{LETTERS}",
    f"https://ada:{LETTERS}@example.com",
]


@pytest.mark.parametrize("token", TOKENS)
def test_every_kind_of_token_is_found_where_it_begins(token: str) -> None:
    begins = len("one ") + (token.index(" ") + 1 if token[:6].lower() in {"bearer", "basic "} else 0)
    assert credential(f"one {token} two") == begins
    assert credential(f"one {token[:4]} two") is None


@pytest.mark.parametrize("code", HARMLESS)
def test_names_of_things_are_none(code: str) -> None:
    assert not told(code)
    assert quoted(code) == code


def test_what_is_quoted_is_one_short_line() -> None:
    assert quoted("call(\n    one,\n)") == "call("
    assert quoted("x = '\u2028'") == "x = '\u2028'"
    assert len(quoted("x" * 10_000)) < 200


def test_neither_findings_nor_problems_nor_records_hold_one() -> None:
    code = "RUN pip install --index-url https://shop:hunter2@index/simple ."
    edit = Edit(RepoPath("Dockerfile"), AddInstructions("FROM x", (code,)))
    step = Step("s", "t", "w", (edit,))
    for text in (Finding("docker", "Dockerfile", code).message, Problem("Dockerfile", code).message, *record_of(step, "p", "1.01").edits[0]):
        assert "hunter2" not in text
    assert edit.change.apply(b"FROM x\n") == f"FROM x\n{code}\n".encode()


@pytest.mark.parametrize(
    "text, said",
    [
        ("see https://a:hunter2@b.example/x", "see https://b.example/x"),
        ("see https://b.example/x and a@b.example", "see https://b.example/x and a@b.example"),
        ("api_key=0123456789abcdef", f"api_key={HIDDEN}"),
    ],
)
def test_what_is_written_holds_nothing_that_is_taken_for_a_secret(text: str, said: str) -> None:
    assert written(text) == said
    assert credential(written(text)) is None


TYPED = [
    "curl -u admin:{} https://x",
    "curl --silent --user 'admin:{}' https://x",
    "wget --user=admin:{} https://x",
    "docker login -u a --password {} registry",
    "npx deploy --auth-token {}",
    "sshpass -p {} ssh host",
    "mysqldump -u root -p{} shop",
    "redis-cli -h cache -a {} ping",
]
HANDED = [
    "docker run -u 1000:1000 x",
    "docker run --user node:nodes x",
    "curl -u admin:$PASSWORD https://x",
    "docker login --password-stdin registry.example",
    "docker build --secret id=npmrc,src=.npmrc .",
    "gh auth login --with-token < file",
    "npx deploy --token ${{ secrets.TOKEN }}",
    "mysql -h db -p shop",
    "mkdir -p folder; redis-cli -a $X",
]


@pytest.mark.parametrize("text", TYPED)
def test_a_password_that_a_command_is_given_is_hidden(text: str) -> None:
    assert redact(text.format("hunter2Zx")) == text.format(HIDDEN)


@pytest.mark.parametrize("text", HANDED)
def test_what_a_command_is_given_and_no_password_is_left(text: str) -> None:
    assert redact(text) == text
