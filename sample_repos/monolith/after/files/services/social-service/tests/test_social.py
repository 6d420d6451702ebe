from sqlalchemy import orm

from backend_core.data.models import Message, User
from social_service.feeds.feed import feed, write
from social_service.follows import follows
from social_service.comments.social.comments import NOTIFY, comment, comments


def test_feed(ada: User) -> None:
    write(ada.id, "hello")
    assert feed() == ["hello"]


def test_follows(ada: User) -> None:
    follows.follow(ada.id, 7)
    assert (follows.followed(ada.id), follows.unfollow(ada.id, 7), follows.unfollow(ada.id, 7)) == ([7], True, False)


def test_comments_are_told(session: orm.Session, ada: User) -> None:
    session.add(Message(author=ada.id, text="hello"))
    session.commit()
    comment(session, 1, ada.id, "indeed")
    assert [one.text for one in comments(session, 1)] == ["indeed"]
    assert NOTIFY == "app.tasks.notification.deliver"
