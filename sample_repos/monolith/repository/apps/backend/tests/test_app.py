from app.main import app


def test_routes() -> None:
    assert "/api/market/quotes/{symbol}" in {route.path for route in app.routes}
