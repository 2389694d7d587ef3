"""A Slack of the project's own, for tests: one workspace or several, on 127.0.0.1, that people act in by method calls.

It plays Slack's side of the Web API, of Socket Mode, of the Events API over HTTP, of slash commands, buttons, views and
`response_url`s as Slack documents them, refuses what Slack refuses, and can be told to fail. Its clock can be moved.
`blocks.py` judges what the bot sends; `test_fake.py` holds all of it against samples that Slack published.

It runs in a thread with a loop of its own, so that tests of any kind and bots in other processes can use it. No method
waits for the bot: what a person does is on its way when the method returns. `wait` and `until` wait for what the bot does.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine, Iterable, Sequence
from copy import deepcopy
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

from aiohttp import web

from tests.slack.fake_clock import Clock
from tests.slack.fake_delivery import Courier, Delivery
from tests.slack.fake_people import People
from tests.slack.fake_web import WebApi
from tests.slack.fake_world import Call, Interaction, Json, Rejected, World, typed

__all__ = ["Call", "Clock", "Delivery", "FakeSlack", "Interaction", "Json", "Rejected", "typed"]

T = TypeVar("T")

#: How long a method of `FakeSlack` may take, in seconds; none waits for a bot, so that this is only reached by a bug.
METHOD_SECONDS = 10.0


class FakeSlack:
    """Slack with one app (the bot) installed in one workspace. `with FakeSlack() as slack:` starts and ends it.

    Texts that people say are as Slack carries them: mentions are `<@U…>`, and `&`, `<`, `>` are escaped (`typed(text)`
    makes that of what was typed). Messages are Slack's dictionaries with, added, `channel`, the conversation they
    stand in; they are copies.

    Attributes:
        url: The Web API's base URL, ending in `/api/`.
        bot_token, app_token, signing_secret, client_id, client_secret: The app's.
        app_id, team, bot_user, bot_id: The app, its first workspace, the bot as a member and as an app of it.
        clock: Runs with the machine's and can be moved on (`slack.clock.advance(seconds)`) or stopped (`freeze()`). Retries, time-outs, rate limits
            and the expiry of `response_url`s and trigger ids go by it. Signatures carry the machine's time.
        subscriptions: The events that the app subscribed to, as in a manifest (`message.channels`, `app_mention`, …); all
            that the fake knows at first. Others are not sent.
        rate_limited: Whether a second message within a second in a channel is answered by 429. False at first.
        history_limit: The most messages that one call of `conversations.history` and `.replies` returns. 999 as for internal
            apps; 15 as for other apps outside the marketplace. Source: docs.slack.dev/reference/methods/conversations.history
        escapes: Whether commands carry users and channels as `<@U…|name>` (`should_escape` in a manifest).
    """

    def __init__(self) -> None:
        self.clock = Clock()
        self._world = World(self.clock)
        self._courier = Courier(self._world)
        self._people = People(self._world, self._courier)
        self._web = WebApi(self._world, self._courier)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="fake Slack", daemon=True)
        self._runner: web.AppRunner | None = None

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._run(self._stop())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(METHOD_SECONDS)
            self._loop.close()

    # ---------------------------------------------------------------- the app

    @property
    def url(self) -> str:
        return self._world.url + "/api/"

    @property
    def authorize_url(self) -> str:
        """Where a person is sent to install the app: answers with a redirect to the app's `redirect_uri`, code and state."""
        return self._world.url + "/oauth/v2/authorize"

    @property
    def bot_token(self) -> str:
        return self._world.home.bot_token

    @property
    def app_token(self) -> str:
        return self._world.app_token

    @property
    def signing_secret(self) -> str:
        return self._world.signing_secret

    @property
    def client_id(self) -> str:
        return self._world.client_id

    @property
    def client_secret(self) -> str:
        return self._world.client_secret

    @property
    def app_id(self) -> str:
        return self._world.app_id

    @property
    def team(self) -> str:
        return self._world.home.id

    @property
    def bot_user(self) -> str:
        return self._world.home.bot_user

    @property
    def bot_id(self) -> str:
        return self._world.home.bot_id

    @property
    def mention(self) -> str:
        """What a person's text holds where the bot is mentioned: `<@U…>`."""
        return f"<@{self.bot_user}>"

    @property
    def subscriptions(self) -> set[str]:
        return self._world.subscriptions

    @subscriptions.setter
    def subscriptions(self, events: Iterable[str]) -> None:
        self._world.subscriptions = set(events)

    @property
    def rate_limited(self) -> bool:
        return self._world.rate_limited

    @rate_limited.setter
    def rate_limited(self, on: bool) -> None:
        self._world.rate_limited = on

    @property
    def history_limit(self) -> int:
        return self._world.history_limit

    @history_limit.setter
    def history_limit(self, most: int) -> None:
        self._world.history_limit = most

    @property
    def escapes(self) -> bool:
        return self._world.escapes

    @escapes.setter
    def escapes(self, on: bool) -> None:
        self._world.escapes = on

    def grant(self, scopes: Iterable[str], team: str | None = None) -> None:
        """Make these the bot's scopes in a workspace; until then it has all that the fake knows but
        `chat:write.public`."""
        self._do(lambda: self._world.grant(team, scopes))

    # ---------------------------------------------------------------- who and where

    def workspace(self, name: str, *, installed: bool = True) -> str:
        """One more workspace, with the app installed unless told otherwise; its id."""
        return self._do(lambda: self._world.add_team(name, installed=installed).id)

    def token_of(self, team: str) -> str:
        """The bot's token in a workspace."""
        return self._do(lambda: self._world.team(team).bot_token)

    def bot_user_of(self, team: str) -> str:
        """The bot as a member of a workspace."""
        return self._do(lambda: self._world.team(team).bot_user)

    def person(
        self,
        name: str,
        tz: str | None = "Europe/Vienna",
        *,
        admin: bool = False,
        guest: bool = False,
        bot: bool = False,
        team: str | None = None,
    ) -> str:
        """A new member of a workspace; the user's id.

        Args:
            tz: What the profile says; None for a profile without.
            bot: Whether it is another app's bot.
        """
        return self._do(lambda: self._world.add_person(name, tz, admin=admin, guest=guest, bot=bot, team=team).id)

    def set_zone(self, user: str, tz: str) -> None:
        """Change the time zone of a profile."""
        self._do(lambda: self._world.set_zone(user, tz))

    def channel(
        self,
        name: str,
        members: Iterable[str] = (),
        *,
        private: bool = False,
        bot: bool = True,
        team: str | None = None,
    ) -> str:
        """A new channel with these members and, unless told otherwise, the bot; its id. No event tells the bot of it."""
        return self._do(lambda: self._world.add_channel(name, members, private=private, bot=bot, team=team).id)

    def dm(self, user: str) -> str:
        """The conversation of a person and the bot, made if there is none; its id (`D…`)."""
        return self._do(lambda: self._world.direct(user).id)

    def invite_bot(self, channel: str, by: str | None = None) -> None:
        """Add the bot to a channel: `member_joined_channel`, and the message of subtype `channel_join`."""
        self._do(lambda: self._people.invite_bot(channel, by))

    def remove_bot(self, channel: str) -> None:
        """Remove the bot from a channel: `channel_left` (a private one: `group_left`) and `member_left_channel`."""
        self._do(lambda: self._people.remove_bot(channel))

    def join(self, channel: str, user: str) -> None:
        """Let a person join a channel, with the events of it."""
        self._do(lambda: self._people.join(channel, user))

    def leave(self, channel: str, user: str) -> None:
        """Let a person leave a channel, with the events of it."""
        self._do(lambda: self._people.leave(channel, user))

    def archive(self, channel: str, user: str) -> None:
        """Archive a channel: `channel_archive` (a private one: `group_archive`)."""
        self._do(lambda: self._people.archive(channel, user))

    # ---------------------------------------------------------------- people act

    def say(self, channel: str, user: str, text: str, thread_ts: str | None = None) -> str:
        """Let a person write a message; its ts.

        The bot, where it is a member, gets `message`, and `app_mention` besides if it is mentioned in a channel: two events
        of one ts, as from Slack. A user made with `bot=True` writes as other apps do: with a `bot_id`.
        """
        return self._do(lambda: self._people.say(channel, user, text, thread_ts))

    def edit(self, channel: str, user: str, ts: str, text: str) -> None:
        """Let a person change an own message: `message_changed`, and `app_mention` if the new text alone mentions the bot."""
        self._do(lambda: self._people.edit(channel, user, ts, text))

    def delete(self, channel: str, ts: str) -> None:
        """Delete anybody's message: `message_deleted`.

        The root of a thread with replies becomes a tombstone: `message_changed` with a message of subtype `tombstone`.
        """
        self._do(lambda: self._people.delete(channel, ts))

    def unfurl(self, channel: str, ts: str) -> None:
        """Let Slack add a preview of a link to a message: `message_changed` though nobody edited anything."""
        self._do(lambda: self._people.unfurl(channel, ts))

    def react(self, channel: str, user: str, ts: str, name: str) -> None:
        """Let a person react to a message: `reaction_added`."""
        self._do(lambda: self._people.react(channel, user, ts, name))

    def command(self, user: str, channel: str, text: str, command: str = "/hearings") -> Interaction:
        """Let a person use a slash command. It is not repeated if it fails: the person sees `error` of the interaction."""
        return self._do(lambda: self._people.command(user, channel, text, command))

    def shortcut(self, user: str, channel: str, ts: str, callback_id: str) -> Interaction:
        """Let a person choose a message shortcut (`message_action`) on a message."""
        return self._do(lambda: self._people.shortcut(user, channel, ts, callback_id))

    def click(self, user: str, message: Json, text: str | None = None, *, action_id: str | None = None) -> Interaction:
        """Let a person press a button: `block_actions`.

        Args:
            message: From `messages`, `ephemerals`, `replies_to_command`, or a view from `home` or `modal`, as it stands there now:
                a button that the message no longer shows cannot be pressed.
            text: What is written on the button; it suffices that the button's text starts so.
            action_id: The button's, instead of its text.

        Raises:
            AssertionError: There is no such button; the message lists those there are.
        """
        return self._do(lambda: self._people.click(user, message, text, action_id))

    def press(self, user: str, message: Json, action: Json) -> Interaction:
        """Send `block_actions` with any action, also one that the message does not show: an old or a forged button."""
        return self._do(lambda: self._people.press(user, message, action))

    def open_home(self, user: str, tab: Literal["home", "messages"] = "home") -> None:
        """Let a person open the app: `app_home_opened`."""
        self._do(lambda: self._people.open_home(user, tab))

    def submit(self, user: str, view: Json, values: Json | None = None) -> Interaction:
        """Let a person send off a modal (`view_submission`); what the ack says (update, push, clear, errors) is done.

        Args:
            values: `view.state.values`: by block id and action id.
        """
        return self._do(lambda: self._people.submit(user, view, values))

    def close(self, user: str, view: Json) -> Interaction | None:
        """Let a person close a modal; `view_closed` if the view asked for it, else None."""
        return self._do(lambda: self._people.close(user, view))

    def uninstall(self, team: str | None = None) -> None:
        """Remove the app from a workspace: its tokens are dead, `tokens_revoked` and `app_uninstalled` are sent."""
        self._do(lambda: self._people.uninstall(team))

    def revoke_tokens(self, team: str | None = None) -> None:
        """Revoke the bot's token in a workspace: `tokens_revoked`."""
        self._do(lambda: self._people.revoke_tokens(team))

    # ---------------------------------------------------------------- what is to be seen

    def messages(self, channel: str, thread_ts: str | None = None) -> list[Json]:
        """A channel's messages from old to new without the replies in threads; or one thread, its root first."""
        return self._do(lambda: self._world.channel(channel).timeline(thread_ts))

    def message(self, channel: str, ts: str) -> Json | None:
        """One message as it stands, in a thread or not; None if it is gone."""
        return self._do(lambda: deepcopy(self._world.channel(channel).messages.get(ts)))

    def versions(self, channel: str, ts: str) -> list[Json | None]:
        """A message as it stood at first and after each change; None at the end if it was deleted. Of anybody's."""
        return self._do(lambda: deepcopy(self._world.channel(channel).versions.get(ts, [])))

    def bot_posts(self, channel: str) -> list[str]:
        """The ts of every message that the bot ever posted in a channel, in threads and out, deleted ones too, in order."""
        return self._do(lambda: self._world.channel(channel).posts_of(self._world))

    def ephemerals(self, user: str, channel: str | None = None) -> list[Json]:
        """What the bot shows to one person alone, as it stands now, from old to new."""
        return self._do(lambda: self._world.ephemerals_of(user, channel))

    def replies_to_command(self, handle: Interaction) -> list[Json]:
        """The messages that an interaction was answered with, by its ack and its `response_url`, as they stand now."""
        return self._do(lambda: self._world.answers_to(handle))

    def home(self, user: str) -> Json | None:
        """The App Home that was published for a person last."""
        return self._do(lambda: deepcopy(self._world.homes.get(user)))

    def modal(self, user: str) -> Json | None:
        """The modal that a person sees; None if none is open."""
        return self._do(lambda: self._world.modal_of(user))

    def files(self) -> list[Json]:
        """The files that were uploaded and completed, and not deleted, Slack's dictionaries with, added, `content`: the bytes."""
        return self._do(lambda: [deepcopy(file) for file in self._world.files.values() if file["complete"]])

    def prompts(self, channel: str) -> Json | None:
        """What `assistant.threads.setSuggestedPrompts` last said for a conversation: its arguments."""
        return self._do(lambda: deepcopy(self._world.prompts.get(channel)))

    @property
    def statuses(self) -> list[tuple[str, str | None, str]]:
        """What `assistant.threads.setStatus` said, in order: channel, thread, status."""
        return self._do(lambda: list(self._world.statuses))

    @property
    def calls(self) -> list[Call]:
        """All calls of the Web API, in order, also those that were refused."""
        return self._do(lambda: list(self._world.calls))

    def calls_of(self, method: str) -> list[Call]:
        """The calls of one method, in order."""
        return [call for call in self.calls if call.method == method]

    @property
    def rejected(self) -> list[Rejected]:
        """The payloads that the check of blocks and texts refused, by whatever way they came."""
        return self._do(lambda: list(self._world.rejected))

    @property
    def pings(self) -> list[tuple[str, str]]:
        """Whom the bot's messages would notify (`<!channel>`, `<@U…>`, …): the conversation and the markup."""
        return self._do(lambda: list(self._world.pings))

    @property
    def deliveries(self) -> list[Delivery]:
        """All that was sent to the bot, in order: events and interactions, with what became of them."""
        return self._do(self._courier.deliveries)

    @property
    def settled(self) -> bool:
        """Whether everything sent to the bot was acknowledged or given up."""
        return all(delivery.state != "waiting" for delivery in self.deliveries)

    @property
    def sockets(self) -> int:
        """How many Socket Mode connections are open and get what is sent; not those that were told to make a new one."""
        return self._do(lambda: sum(not socket.retiring for socket in self._courier.sockets))

    @property
    def connections(self) -> int:
        """How many Socket Mode connections were ever made."""
        return self._do(lambda: self._courier.hellos)

    # ---------------------------------------------------------------- delivery

    def deliver_to(self, url: str | None, *, verify: bool = True) -> None:
        """Send everything by signed HTTP requests to this URL from now on; by Socket Mode if None.

        Args:
            verify: Whether to ask for the challenge first (`url_verification`); nothing else is sent until it is answered.
        """
        self._run(self._courier.deliver_to(url, verify=verify))

    @property
    def verified(self) -> bool | None:
        """Whether the URL answered the challenge; None while it has not."""
        return self._do(lambda: self._courier.verified)

    def refresh_sockets(self, reason: Literal["warning", "refresh_requested"] = "refresh_requested") -> None:
        """Tell every Socket Mode connection to make a new one; the old ones get nothing more and are closed by the client."""
        self._run(self._courier.refresh(reason))

    def cut_sockets(self) -> None:
        """Cut every Socket Mode connection without a word."""
        self._run(self._courier.cut())

    def redeliver(self, event: str | None = None) -> str:
        """Send an event once more as a retry, same `event_id`; the last one if none is named. The event's id."""
        return self._do(lambda: self._courier.redeliver(event))

    def lose_ack(self, times: int = 1) -> None:
        """Let the next acknowledgements of events get lost on their way, so that Slack sends the events again."""
        self._do(lambda: self._courier.lose_ack(times))

    # ---------------------------------------------------------------- faults

    def fail(
        self,
        method: str,
        error: str | None = None,
        status: int | None = None,
        times: int = 1,
        retry_after: int | None = None,
    ) -> None:
        """Let the next calls of a method fail and do nothing.

        Args:
            method: Of the Web API, or `response_url`.
            error: Slack's name for it, answered with `ok: false`.
            status: An HTTP status, answered without JSON unless `error` is given too; 429 by `ratelimited` and Retry-After.
            retry_after: The seconds that a 429 asks to wait; 1 if not given.
        """
        self._do(lambda: self._web.fail(method, error, status, times, retry_after))

    def lose_reply(self, method: str, times: int = 1) -> None:
        """Let the next calls of a method be carried out, and their connection cut before the reply."""
        self._do(lambda: self._web.lose_reply(method, times))

    def slow(self, method: str, seconds: float, times: int | None = None) -> None:
        """Let a method (the next `times` calls; None: all) be carried out and answered this much later, by the clock.

        With 0 seconds, the method is as fast as ever again.
        """
        self._do(lambda: self._web.slow(method, seconds, times))

    # ---------------------------------------------------------------- waiting

    def wait(self, until: Callable[[], T], seconds: float = 5.0) -> T:
        """What `until` returns as soon as it is true, for tests without a loop.

        Raises:
            TimeoutError: It is not within that time; the message tells the last calls that the bot made.
        """
        deadline = time.monotonic() + seconds
        while not (found := until()):
            if time.monotonic() > deadline:
                raise TimeoutError(self._story(seconds))
            time.sleep(0.005)
        return found

    async def until(self, condition: Callable[[], T], seconds: float = 5.0) -> T:
        """As `wait`, without blocking the loop that a bot runs on."""
        deadline = time.monotonic() + seconds
        while not (found := condition()):
            if time.monotonic() > deadline:
                raise TimeoutError(self._story(seconds))
            await asyncio.sleep(0.005)
        return found

    def _story(self, seconds: float) -> str:
        calls = [f"{call.method} {call.error or 'ok'}" for call in self.calls[-8:]]
        waiting = [delivery.name for delivery in self.deliveries if delivery.state == "waiting"]
        return f"not within {seconds} s; the bot's last calls: {calls}, not acknowledged: {waiting}, {self.sockets} sockets"

    # ---------------------------------------------------------------- the thread

    def _do(self, act: Callable[[], T]) -> T:
        async def acting() -> T:
            return act()

        return self._run(acting())

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(METHOD_SECONDS)

    async def _start(self) -> None:
        self.clock.start()
        app = web.Application(client_max_size=64 * 1024 * 1024)
        self._web.routes(app)
        self._courier.routes(app)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        host, port = self._runner.addresses[0][:2]
        self._world.url = f"http://{host}:{port}"
        await self._courier.start()

    async def _stop(self) -> None:
        await self._courier.stop()
        self.clock.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        left: Sequence[asyncio.Task[Any]] = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
