"""The routes of this application that services answer; where those are, backend_core.base.discovery knows."""

from backend_core.base.discovery import from_environment
from app.remote.forwarding import Forwarding

gateway = Forwarding(from_environment())
