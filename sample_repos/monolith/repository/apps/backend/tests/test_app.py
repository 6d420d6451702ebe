import pytest
from fastapi.testclient import TestClient

from app.main import app


def test_routes() -> None:
    assert "/api/market/quotes/{symbol}" in app.openapi()["paths"]


def test_who_am_i(client: TestClient, bearer: dict[str, str]) -> None:
    assert client.get("/api/auth/me").status_code == 401
    assert client.get("/api/auth/me", headers=bearer).json() == {"id": 1, "name": "Grace"}


def test_a_session_ends(client: TestClient, bearer: dict[str, str]) -> None:
    (session,) = client.get("/api/sessions", headers=bearer).json()
    assert client.delete(f"/api/sessions/{session['id']}", headers=bearer).status_code == 204
    assert client.get("/api/sessions", headers=bearer).status_code == 401


@pytest.mark.parametrize("version", ["v1", "v2"])
def test_a_portfolio_in_two_versions(client: TestClient, bearer: dict[str, str], version: str) -> None:
    client.post(f"/api/{version}/portfolio", json={"symbol": "FORK", "amount": 2, "paid": 3}, headers=bearer)
    assert client.get(f"/api/{version}/portfolio", headers=bearer).json()["worth"] == 6.06


def test_conversation(client: TestClient, bearer: dict[str, str]) -> None:
    token = bearer["authorization"].removeprefix("Bearer ")
    with client.websocket_connect(f"/api/v1/conversations/7/talk?token={token}") as socket:
        assert socket.receive_json() == {"here": 1}
        socket.send_json({"text": "hello"})
        assert socket.receive_json() == {"conversation": 7, "author": 1, "text": "hello"}


def test_letters(client: TestClient) -> None:
    assert client.get("/api/letters").json() == ["price_alert", "welcome"]
    assert client.get("/api/greetings").json() == "hello"
    assert client.get("/static/style.css").status_code == 200
