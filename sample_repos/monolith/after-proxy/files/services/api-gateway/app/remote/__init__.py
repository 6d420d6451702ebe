"""The routes of this application that services answer; where those are, backend_core.discovery knows."""

from backend_core.discovery import from_environment
from app.remote.forwarding import Forwarding

gateway = Forwarding(from_environment())
