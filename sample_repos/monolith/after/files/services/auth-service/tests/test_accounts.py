import pytest

from backend_core.base.core.errors import ShopError
from backend_core.domain.core.security import user_of
from auth_service.services.accounts import login, register
from auth_service.services.passwords import fits, hashed


def test_a_password_fits_itself_alone() -> None:
    assert fits("one", hashed("one"))
    assert not fits("two", hashed("one"))


def test_login() -> None:
    user = register("Ada", "love")
    assert user_of(login("Ada", "love", "test")) == user.id
    with pytest.raises(ShopError):
        login("Ada", "lace", "test")
