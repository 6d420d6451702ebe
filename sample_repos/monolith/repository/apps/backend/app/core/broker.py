"""Only the monolith's own start uses it."""


class Broker:
    async def start(self) -> None:
        self.running = True

    async def stop(self) -> None:
        self.running = False


broker = Broker()
