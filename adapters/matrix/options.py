"""What an operator can set for Matrix, as plain values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Options:
    """How the bot behaves in Matrix; `config/example.yaml` says what each is for.

    Attributes:
        operator: How to reach whoever runs the bot; "" where they have not said.
        invite_from: Users and servers whose invitations are accepted; empty for the bot's own server.
        digests: Digests that a room may have at a time.
        may: Who may change what a room has chosen, besides those who always may: people, or "anyone".
    """

    operator: str = ""
    prefix: str = "!hearings"
    alias: str = "!h"
    invite_from: tuple[str, ...] = ()
    joins_per_hour: int = 20
    answer_up_to_hours: float = 24
    key_wait_seconds: float = 60
    typing_after_seconds: float = 0.5
    sync_timeout_seconds: float = 30
    backoff_seconds: float = 1
    backoff_at_most_seconds: float = 60
    receipt_every_seconds: float = 1
    digests: int = 5
    may: tuple[str, ...] = ()
