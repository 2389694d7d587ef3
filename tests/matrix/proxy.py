"""A proxy before a homeserver that can answer as broken ones do, and counts what is asked."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import aiohttp
from aiohttp import web


@dataclass
class Proxy:
    """Passes requests on, or answers 502 with a page of HTML as reverse proxies do.

    Attributes:
        broken: Whether it answers 502 to all.
        fault: What it answers to a method and path instead of the server: a status with an error's name, "cut" for an
            answer that ends in the middle; None for what the server says.
    """

    to: str
    http: aiohttp.ClientSession
    url: str = ""
    broken: bool = False
    fault: Callable[[str, str], tuple[int, str] | str | None] = lambda method, path: None
    asked: list[float] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(time.monotonic())
        if self.broken:
            return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
        fault = self.fault(request.method, request.path)
        if isinstance(fault, tuple):
            return web.json_response({"errcode": fault[1], "error": "a fault of the test's"}, status=fault[0])
        headers = {k: v for k, v in request.headers.items() if k.lower() not in {"host", "content-length"}}
        async with self.http.request(
            request.method, self.to + request.raw_path, headers=headers, data=await request.read()
        ) as answer:
            if self.broken:
                return web.Response(status=502, text="<html><h1>502 Bad Gateway</h1></html>", content_type="text/html")
            if fault == "cut":
                response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
                await response.prepare(request)
                await response.write(b'{"one_time_keys": ')
                assert request.transport
                request.transport.abort()
                return response
            return web.Response(
                status=answer.status, body=await answer.read(), content_type=answer.content_type or "application/json"
            )


@asynccontextmanager
async def proxy(to: str) -> AsyncIterator[Proxy]:
    """A proxy on a free port of 127.0.0.1."""
    async with aiohttp.ClientSession() as http:
        made = Proxy(to, http)
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", made.handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield made
        finally:
            await runner.cleanup()
