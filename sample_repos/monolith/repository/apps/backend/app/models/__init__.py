from .message import Message
from .user import User

__all__ = ["Message", "User"]
