from backend_core.data.core.database import Session
from backend_core.base.core.errors import ShopError
from backend_core.base.core.tokens import issue
from backend_core.data.models import LoginSession, User
from auth_service.services.passwords import fits, hashed


def register(name: str, password: str) -> User:
    with Session(expire_on_commit=False) as session:
        if session.query(User).filter_by(name=name).first():
            raise ShopError(409, f"{name} is known already")
        # The first one owns the shop.
        user = User(name=name, password=hashed(password), staff=session.query(User).count() == 0)
        session.add(user)
        session.commit()
        return user


def login(name: str, password: str, agent: str) -> str:
    with Session() as session:
        user = session.query(User).filter_by(name=name).first()
        if user is None or not fits(password, user.password):
            raise ShopError(401, "that is not right")
        made = LoginSession(user=user.id, agent=agent)
        session.add(made)
        session.commit()
        return issue(user=user.id, session=made.id)
