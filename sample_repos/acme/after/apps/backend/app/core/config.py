import os

DATABASE_URL = os.getenv("DATABASE_URL", "sqlite:///acme.sqlite")
BROKER_URL = os.getenv("BROKER_URL", "memory://")
PAGE_SIZE = int(os.getenv("PAGE_SIZE", "20"))
SECRET_KEY = os.environ["SECRET_KEY"]
