"""The thinnest bot that nio makes: it goes on from a token and answers every message of others with a constant."""

import asyncio
import sys

from nio import AsyncClient, RoomMessageText


async def main(homeserver: str, user: str, device: str, token: str, since: str) -> None:
    client = AsyncClient(homeserver, user)
    client.restore_login(user, device, token)

    async def answer(room: object, event: RoomMessageText) -> None:
        if event.sender != user:
            content = {"msgtype": "m.text", "body": "constant"}
            await client.room_send(room.room_id, "m.room.message", content)  # type: ignore[attr-defined]

    client.add_event_callback(answer, RoomMessageText)
    await client.sync_forever(timeout=30_000, since=since, full_state=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
