from .job import Job
from .login import LoginSession
from .message import Message
from .user import User

__all__ = ["Job", "LoginSession", "Message", "User"]
