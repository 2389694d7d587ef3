"""emulate: made by others (Apache-2.0), it plays Slack's Web API and the installation of an app."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
from aiohttp import web

from tests.slack_servers.servers import EMULATE, HERE, answers, free_port, process, wait

CLIENT_ID, CLIENT_SECRET, SECRET = "1.2", "client-test", "signing-test"


@contextmanager
def emulate(folder: Path, redirect: str, scopes: list[str]) -> Iterator[str]:
    """Its URL; one app may be installed, and nothing is."""
    port, settings, log = free_port(), folder / "emulate.json", folder / "emulate.log"
    app = {"client_id": CLIENT_ID, "client_secret": CLIENT_SECRET, "name": "Hearings"}
    slack = {
        "team": {"name": "Test", "domain": "test"},
        "users": [{"name": "ana"}],
        "channels": [{"name": "talk"}],
        "signing_secret": SECRET,
        "oauth_apps": [{**app, "redirect_uris": [redirect], "scopes": scopes}],
    }
    settings.write_text(json.dumps({"slack": slack}))
    start = ["node", "--import", str(HERE / "loopback_node.mjs"), str(EMULATE), "start", "--service", "slack"]
    with process([*start, "--port", str(port), "--seed", str(settings)], log):
        wait(lambda: answers(f"http://127.0.0.1:{port}/api/api.test"), log.read_text)
        yield f"http://127.0.0.1:{port}"


@asynccontextmanager
async def with_forms(url: str) -> AsyncIterator[str]:
    """A way to emulate on which arguments may come as Slack takes them: it understands those of a POST's body alone."""
    async with aiohttp.ClientSession(auto_decompress=False) as http:

        async def relay(request: web.Request) -> web.Response:
            headers = {k: v for k, v in request.headers.items() if k in {"Authorization", "Content-Type"}}
            method, body, to = request.method, await request.read(), f"{url}{request.rel_url.raw_path_qs}"
            if request.path.startswith("/api/") and not body:
                method, body, to = "POST", request.rel_url.raw_query_string.encode(), f"{url}{request.rel_url.raw_path}"
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            async with http.request(method, to, data=body, headers=headers, allow_redirects=False) as answer:
                kept = {k: v for k, v in answer.headers.items() if k.lower() in {"content-type", "location"}}
                return web.Response(status=answer.status, body=await answer.read(), headers=kept)

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", relay)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        try:
            yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        finally:
            await runner.cleanup()
