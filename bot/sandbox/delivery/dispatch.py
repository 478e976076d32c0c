"""The dispatch: sends each parcel the way its app asked for, and writes down what came of it."""

from bot.sandbox.delivery import Answer, Parcel
from bot.sandbox.delivery.http import Http
from bot.sandbox.delivery.socket import Sockets
from bot.sandbox.journal import Journal
from bot.sandbox.world import World


class Dispatch:
    def __init__(self, world: World, journal: Journal) -> None:
        self.http = Http()
        self.sockets = Sockets(world)
        self._journal = journal

    async def send(self, parcel: Parcel) -> Answer:
        mode = parcel.app.delivery["mode"]
        answer = await (self.sockets if mode == "socket" else self.http).carry(parcel)
        self._journal.note(
            "delivery",
            app=parcel.app.id,
            team=parcel.team_id,
            type=parcel.kind,
            mode=mode,
            retry=parcel.retry.attempt if parcel.retry else 0,
            payload=parcel.payload,
            answer=answer.body,
            **answer.shape,
        )
        return answer

    async def close(self) -> None:
        await self.sockets.close()
        await self.http.close()
