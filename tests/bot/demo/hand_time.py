"""Real time that a test moves by hand: what a clock waits for is over at once, and counted."""

import asyncio


class HandTime:
    """Stands still but for `pass_s` and for what is waited."""

    def __init__(self) -> None:
        self.real_s = 1000.0
        self.waits: list[float] = []

    def monotonic(self) -> float:
        """Give the real seconds, as time.monotonic does."""
        return self.real_s

    def pass_s(self, seconds: float) -> None:
        """Let real seconds pass."""
        self.real_s += seconds

    async def wait(self, seconds: float) -> None:
        """Let the awaited seconds pass at once."""
        self.waits.append(seconds)
        self.pass_s(seconds)
        await asyncio.sleep(0)
