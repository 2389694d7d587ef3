"""What the store asks of its tables, compiled once for a kind of database.

A room is looked up in the statement itself: what another replica did to it meanwhile is never overlooked. The names in
capitals are what a caller fills in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Dialect,
    Select,
    Table,
    UniqueConstraint,
    Update,
    and_,
    bindparam,
    delete,
    exists,
    false,
    func,
    not_,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.sql.dml import ReturningInsert

from bot.message import Room
from bot.reply import Visibility
from bot.store.prepared import Prepared
from bot.store.tables import KEY, answers, marks, parts, places, presses, rooms, settings, zones

MESSAGE, THREAD, SENDER, SENT = "the_message", "the_thread", "the_sender", "the_sent"
PERSON, NAME = "the_person", "the_name"
ANSWER, AT_MOST, BEFORE = "the_answer", "at_most", "kept_before"
PLATFORM, ACCOUNT, ID = "the_platform", "the_account", "the_id"


def named(room: Room) -> dict[str, Any]:
    """What to fill in for a room."""
    return {PLATFORM: room.platform, ACCOUNT: room.account, ID: room.id}


def _is_the_room() -> ColumnElement[bool]:
    return and_(
        rooms.c.platform == bindparam(PLATFORM),
        rooms.c.account == bindparam(ACCOUNT),
        rooms.c.id == bindparam(ID),
    )


#: Columns of an answer that never become false again.
KEPT_TRUE = frozenset({"contested", "replied"})


class Statements:
    """The statements for SQLite or PostgreSQL."""

    def __init__(self, dialect: Dialect) -> None:
        if dialect.name == "postgresql":
            from sqlalchemy.dialects.postgresql import insert
        else:
            from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]

        def ready(statement: Select[Any] | ReturningInsert[Any] | Update | Delete) -> Prepared:
            return Prepared(statement, dialect)

        def put(table: Table, only: Sequence[str] = ()) -> Prepared:
            """Insert a row, or write over the one with the same key: all of it, or only some of its columns."""
            new = insert(table).inline()
            columns = [c.name for c in table.c if c.name != "key"]
            key = _names(table)
            changed = {c: new.excluded[c] for c in only or columns if c not in key}
            return Prepared(new.on_conflict_do_update(index_elements=key, set_=changed), dialect, columns)

        def put_new(table: Table) -> Prepared:
            """Insert a row, if none has the same key."""
            columns = [c.name for c in table.c if c.name != "key"]
            return Prepared(insert(table).inline().on_conflict_do_nothing(), dialect, columns)

        room = select(rooms.c.key).where(_is_the_room()).scalar_subquery()
        stands = and_(
            answers.c.visibility == Visibility.EVERYONE.value, not_(answers.c.withdrawn), not_(answers.c.removed)
        )
        # A sent message is looked up by its own name first, not among all the answers of its room.
        owner = answers.alias()
        with_it = select(parts.c.answer).where(
            parts.c.sent == bindparam(SENT), exists().where(owner.c.key == parts.c.answer, owner.c.room == room)
        )
        is_the_answer = and_(answers.c.room == room, answers.c.message == bindparam(MESSAGE))

        # -- rooms
        self.room = ready(select(rooms.c.key, rooms.c.inviter).where(_is_the_room()))
        # A room that another replica makes at the same time is taken as it is, and held until the end.
        self.new_room = Prepared(
            insert(rooms)
            .on_conflict_do_update(index_elements=_names(rooms), set_={"inviter": rooms.c.inviter})
            .returning(rooms.c.key),
            dialect,
            [*_names(rooms), "inviter"],
        )
        self.invited = put(rooms)
        self.forget = ready(delete(rooms).where(_is_the_room()))
        self.rename = ready(
            update(rooms)
            .where(_is_the_room())
            .values(platform=bindparam("new_platform"), account=bindparam("new_account"), id=bindparam("new_id"))
        )
        old, new = bindparam("old_room", type_=KEY), bindparam("new_room", type_=KEY)
        self.merge = tuple(
            ready(statement)
            for table in (answers, places, presses, settings)
            for name in [table.c[_names(table)[1]]]
            for statement in (
                delete(table).where(table.c.room == old, name.in_(select(name).where(table.c.room == new))),
                update(table).where(table.c.room == old).values(room=new),
            )
        )
        self.merge_inviter = ready(
            update(rooms).where(rooms.c.key == new, rooms.c.inviter == "").values(inviter=bindparam("old_inviter"))
        )

        # -- where a message stands
        self.standing = ready(
            select(
                places.c.place,
                and_(
                    func.coalesce(places.c.hushed, false()) == false(),
                    exists().where(answers.c.room == rooms.c.key, answers.c.thread == bindparam(THREAD), stands),
                ).label("open"),
                exists().where(answers.c.room == rooms.c.key, answers.c.message == bindparam(MESSAGE)).label("known"),
                settings.c.name,
                settings.c.value,
                settings.c.changed_by,
                settings.c.changed_at,
            )
            .select_from(rooms)
            .outerjoin(places, and_(places.c.room == rooms.c.key, places.c.thread == bindparam(THREAD)))
            .outerjoin(settings, settings.c.room == rooms.c.key)
            .where(_is_the_room())
        )
        another = answers.c.sender != bindparam(SENDER)
        # Two ranges, which the index can follow: where one person talks alone, nothing is ever contested, nor looked at.
        uncontested = select(answers.c.key).where(answers.c.room == room, not_(answers.c.contested))
        others = union_all(
            uncontested.where(answers.c.sender < bindparam(SENDER)),
            uncontested.where(answers.c.sender > bindparam(SENDER)),
        )
        self.contest_room = ready(update(answers).where(answers.c.key.in_(others)).values(contested=True))
        self.contest_thread = ready(
            update(answers)
            .where(
                answers.c.room == room,
                answers.c.thread == bindparam(THREAD),
                not_(and_(answers.c.contested, answers.c.replied)),
                another,
            )
            .values(contested=True, replied=True)
        )
        self.reply = ready(
            update(answers).where(answers.c.key.in_(with_it), not_(answers.c.replied), another).values(replied=True)
        )

        # -- answers
        whole = select(answers, parts.c.sent).outerjoin_from(answers, parts)
        self.answered = ready(whole.where(is_the_answer).order_by(parts.c.position))
        first_with = with_it.order_by(parts.c.answer).limit(1).scalar_subquery()
        self.answer_with = ready(whole.where(answers.c.key == first_with).order_by(parts.c.position))
        newest_first = (answers.c.at.desc(), answers.c.key.desc())
        newest = (
            select(answers.c.key)
            .where(
                answers.c.room == room, answers.c.numbers != "", stands, exists().where(parts.c.answer == answers.c.key)
            )
            .order_by(*newest_first)
            .limit(bindparam(AT_MOST))
        )
        self.recent = ready(whole.where(answers.c.key.in_(newest)).order_by(*newest_first, parts.c.position))
        # Nothing is inserted, and nothing returned, where the room is not known.
        columns = [c for c in answers.c if c.name not in {"key", "room"}]
        given = select(rooms.c.key, *(bindparam(c.name, type_=c.type) for c in columns)).where(_is_the_room())
        new_answer = insert(answers).from_select(["room", *(c.name for c in columns)], given)
        self.remember = ready(
            new_answer.on_conflict_do_update(
                index_elements=["room", "message"],
                set_={
                    # What others wrote in between stays known.
                    c.name: or_(c, new_answer.excluded[c.name]) if c.name in KEPT_TRUE else new_answer.excluded[c.name]
                    for c in columns
                    if c.name != "message"
                },
            ).returning(answers.c.key, answers.c.room)
        )
        self.delivered = ready(update(answers).where(is_the_answer).values(delivered=True).returning(answers.c.key))
        self.forget_parts = ready(delete(parts).where(parts.c.answer == bindparam(ANSWER)))
        self.put_parts = put_new(parts)
        self.forget_answer = ready(delete(answers).where(is_the_answer))

        # -- places, presses, settings
        self.place = ready(select(places.c.place).where(places.c.room == room, places.c.thread == bindparam(THREAD)))
        self.put_place = put(places, only=("place", "kept"))
        self.hush = put(places, only=("hushed", "kept"))
        self.press = put_new(presses)
        self.pressed = ready(
            select(presses.c.kept).where(presses.c.room == room, presses.c.delivery == bindparam(NAME))
        )
        self.settings = ready(select(settings).where(settings.c.room == room))
        self.change = put(settings)

        # -- zones and marks
        is_the_person = and_(_is_the_account(zones), zones.c.person == bindparam(PERSON))
        self.zone = ready(select(zones.c.zone).where(is_the_person))
        self.put_zone = put(zones)
        self.forget_zone = ready(delete(zones).where(is_the_person))
        is_the_mark = and_(_is_the_account(marks), marks.c.name == bindparam(NAME))
        self.mark = ready(select(marks.c.value).where(is_the_mark))
        self.put_mark = put(marks)
        self.forget_mark = ready(delete(marks).where(is_the_mark))

        # -- what is too old, in this order: a thread's place, and whether it was hushed, outlast its answers.
        before = bindparam(BEFORE, type_=BigInteger)
        self.prune = (
            ready(delete(answers).where(answers.c.kept < before)),
            ready(delete(presses).where(presses.c.kept < before)),
            ready(
                delete(places).where(
                    places.c.thread != "",
                    places.c.kept < before,
                    not_(exists().where(answers.c.room == places.c.room, answers.c.thread == places.c.thread)),
                )
            ),
        )


def _names(table: Table) -> tuple[str, ...]:
    """The columns that tell a table's rows apart."""
    if table in {rooms, answers}:
        [unique] = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
        return tuple(unique.columns.keys())
    return tuple(table.primary_key.columns.keys())


def _is_the_account(table: Table) -> ColumnElement[bool]:
    return and_(table.c.platform == bindparam(PLATFORM), table.c.account == bindparam(ACCOUNT))
