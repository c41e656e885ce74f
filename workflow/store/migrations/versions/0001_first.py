"""The first tables, and the triggers that guard them.

Written by `python -m workflow.store.migrations.draft`; not by hand.
"""

import sqlalchemy as sa
from alembic import op

from workflow.store import types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tables()
    connection = op.get_bind()
    for statement in TRIGGERS[connection.dialect.name]:
        connection.exec_driver_sql(statement)
    connection.exec_driver_sql("INSERT INTO about (key, value) VALUES ('product', 'hoso')")


def _tables() -> None:
    op.create_table(
        "about",
        sa.Column("key", types.Words(), nullable=False),
        sa.Column("value", types.Words(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_about")),
        sqlite_strict=True,
    )
    op.create_table(
        "access",
        sa.Column("tenant", types.Words(), nullable=False),
        sa.Column("actor", types.Words(), nullable=False),
        sa.Column("minute", types.Number(), nullable=False),
        sa.Column("knocks", types.Number(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "actor", "minute", name=op.f("pk_access")),
        sqlite_strict=True,
    )
    op.create_table(
        "answer",
        sa.Column("tenant", types.Words(), nullable=False),
        sa.Column("actor", types.Words(), nullable=False),
        sa.Column("key", types.Words(), nullable=False),
        sa.Column("salt", types.Blob(), nullable=False),
        sa.Column("fingerprint", types.Blob(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("body", types.Blob(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "actor", "key", name=op.f("pk_answer")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "attempt",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("stream", types.Id(), nullable=False),
        sa.Column("head", types.Blob(), nullable=False),
        sa.Column("salt", types.Blob(), nullable=False),
        sa.Column("fingerprint", types.Blob(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("body", types.Blob(), nullable=False),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_attempt")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_attempt_season_stream_head", "attempt", ["season", "stream", "head"], unique=False)
    op.create_table(
        "counter",
        sa.Column("tenant", types.Words(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("value", types.Number(), nullable=False),
        sa.PrimaryKeyConstraint("tenant", "name", name=op.f("pk_counter")),
        sqlite_strict=True,
    )
    op.create_table(
        "heartbeat",
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_heartbeat")),
        sqlite_strict=True,
    )
    op.create_table(
        "history",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("stream", types.Id(), nullable=False),
        sa.Column("seq", types.Number(), nullable=False),
        sa.Column("act", types.Id(), nullable=False),
        sa.Column("place", types.Number(), nullable=False),
        sa.Column("body", types.Blob(), nullable=False),
        sa.Column("hash", types.Blob(), nullable=False),
        sa.PrimaryKeyConstraint("season", "stream", "seq", name=op.f("pk_history")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_history_season_place", "history", ["season", "place"], unique=False)
    op.create_table(
        "pack",
        sa.Column("hash", types.Words(), nullable=False),
        sa.Column("id", types.Words(), nullable=False),
        sa.Column("body", types.Blob(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_pack")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "secret",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("digest", types.Words(), nullable=False),
        sa.Column("salt", types.Blob(), nullable=True),
        sa.Column("text", types.Words(), nullable=True),
        sa.PrimaryKeyConstraint("season", "digest", name=op.f("pk_secret")),
        sqlite_strict=True,
    )
    op.create_table(
        "season",
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("tenant", types.Words(), nullable=False),
        sa.Column("code", types.Words(), nullable=False),
        sa.Column("pack", types.Words(), nullable=False),
        sa.Column("year", types.Number(), nullable=False),
        sa.Column("rehearsal", types.Flag(), nullable=False),
        sa.Column("state", types.Words(), nullable=False),
        sa.Column("seq", types.Number(), nullable=False),
        sa.Column("head", types.Blob(), nullable=False),
        sa.Column("head_at", types.Instant(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_season_state_known")),
        sa.ForeignKeyConstraint(["pack"], ["pack.hash"], name=op.f("fk_season_pack")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_season")),
        sa.UniqueConstraint("tenant", "code", name=op.f("uq_season_tenant_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "attachment",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("digest", types.Words(), nullable=False),
        sa.Column("kind", types.Words(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("type", types.Words(), nullable=False),
        sa.Column("size", types.Number(), nullable=False),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_attachment_season")),
        sa.PrimaryKeyConstraint("season", "digest", name=op.f("pk_attachment")),
        sqlite_strict=True,
    )
    op.create_table(
        "message",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("recipient", types.Words(), nullable=False),
        sa.Column("channel", types.Words(), nullable=False),
        sa.Column("content", types.Json(), nullable=False),
        sa.Column("state", types.Words(), nullable=False),
        sa.Column("tries", types.Number(), nullable=False),
        sa.Column("created_at", types.Instant(), nullable=False),
        sa.Column("next_at", types.Instant(), nullable=True),
        sa.Column("sent_at", types.Instant(), nullable=True),
        sa.Column("failure", types.Words(), nullable=True),
        sa.CheckConstraint("state IN ('queued', 'sent', 'dead')", name=op.f("ck_message_state_known")),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_message_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_message")),
        sqlite_strict=True,
    )
    op.create_index("ix_message_season_recipient", "message", ["season", "recipient"], unique=False)
    op.create_index("ix_message_state_next_at", "message", ["state", "next_at"], unique=False)
    op.create_table(
        "notice",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("kind", types.Words(), nullable=False),
        sa.Column("scope", types.Words(), nullable=False),
        sa.Column("about", types.Json(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.Column("told_at", types.Instant(), nullable=True),
        sa.Column("outcome", types.Words(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('opened', 'copy', 'repinned', 'invitation', 'result', 'difficulty')",
            name=op.f("ck_notice_kind_known"),
        ),
        sa.CheckConstraint("outcome IS NULL OR outcome IN ('queued', 'nobody')", name=op.f("ck_notice_outcome_known")),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_notice_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_notice")),
        sqlite_strict=True,
    )
    op.create_index("ix_notice_season_told_at", "notice", ["season", "told_at"], unique=False)
    op.create_table(
        "obligation",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("ref", types.Words(), nullable=False),
        sa.Column("rule", types.Words(), nullable=False),
        sa.Column("per", types.Words(), nullable=False),
        sa.Column("stream", types.Id(), nullable=False),
        sa.Column("scope", types.Words(), nullable=False),
        sa.Column("unit", types.Words(), nullable=True),
        sa.Column("owner", types.Words(), nullable=False),
        sa.Column("recipient", types.Words(), nullable=True),
        sa.Column("due_at", types.Instant(), nullable=True),
        sa.Column("last_good_day", types.Day(), nullable=True),
        sa.Column("last_working_day", types.Day(), nullable=True),
        sa.Column("state", types.Words(), nullable=False),
        sa.Column("late", types.Flag(), nullable=False),
        sa.Column("settled_at", types.Instant(), nullable=True),
        sa.Column("born_at", types.Instant(), nullable=False),
        sa.Column("look_at", types.Instant(), nullable=True),
        sa.Column("replaces", types.Id(), nullable=True),
        sa.Column("decision", types.Words(), nullable=True),
        sa.Column("effect", types.Json(), nullable=True),
        sa.CheckConstraint("state IN ('open', 'met', 'closed', 'void')", name=op.f("ck_obligation_state_known")),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_obligation_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_obligation")),
        sqlite_strict=True,
    )
    op.create_index("ix_obligation_season_look_at", "obligation", ["season", "look_at", "ref"], unique=False)
    op.create_index("ix_obligation_season_ref", "obligation", ["season", "ref"], unique=False)
    op.create_index("ix_obligation_season_replaces", "obligation", ["season", "replaces"], unique=False)
    op.create_index("ix_obligation_season_stream", "obligation", ["season", "stream"], unique=False)
    op.create_index("ix_obligation_season_unit", "obligation", ["season", "unit"], unique=False)
    op.create_table(
        "quota_group",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("rule", types.Words(), nullable=False),
        sa.Column("key", types.Words(), nullable=False),
        sa.Column("unit", types.Words(), nullable=True),
        sa.Column("vote", types.Words(), nullable=False),
        sa.Column("closed_on", types.Day(), nullable=True),
        sa.Column("size", types.Number(), nullable=False),
        sa.Column("base", types.Number(), nullable=False),
        sa.Column("count", types.Number(), nullable=False),
        sa.Column("would", types.Number(), nullable=False),
        sa.Column("allowance", types.Number(), nullable=False),
        sa.Column("over", types.Flag(), nullable=False),
        sa.Column("seq", types.Number(), nullable=False),
        sa.Column("head", types.Blob(), nullable=False),
        sa.Column("head_at", types.Instant(), nullable=False),
        sa.CheckConstraint("vote IN ('open', 'closed', 'none')", name=op.f("ck_quota_group_vote_known")),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_quota_group_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_quota_group")),
        sa.UniqueConstraint("season", "key", "rule", name=op.f("uq_quota_group_season_key_rule")),
        sqlite_strict=True,
    )
    op.create_table(
        "roster",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("seq", types.Number(), nullable=False),
        sa.Column("head", types.Blob(), nullable=False),
        sa.Column("head_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_roster_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_roster")),
        sqlite_strict=True,
    )
    op.create_table(
        "unit",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("code", types.Words(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("kind", types.Words(), nullable=False),
        sa.Column("parent", types.Words(), nullable=True),
        sa.Column("path", types.Words(), nullable=False),
        sa.Column("email", types.Words(), nullable=True),
        sa.Column("marks", types.Json(), nullable=False),
        sa.Column("seq", types.Number(), nullable=False),
        sa.Column("head", types.Blob(), nullable=False),
        sa.Column("head_at", types.Instant(), nullable=False),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_unit_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_unit")),
        sa.UniqueConstraint("season", "code", name=op.f("uq_unit_season_code")),
        sqlite_strict=True,
    )
    op.create_table(
        "alert",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("obligation", types.Id(), nullable=False),
        sa.Column("rung", types.Words(), nullable=False),
        sa.Column("outcome", types.Words(), nullable=False),
        sa.Column("at", types.Instant(), nullable=False),
        sa.CheckConstraint("outcome IN ('queued', 'folded', 'skipped', 'nobody')", name=op.f("ck_alert_outcome_known")),
        sa.ForeignKeyConstraint(
            ["season", "obligation"], ["obligation.season", "obligation.id"], name=op.f("fk_alert_season_obligation")
        ),
        sa.PrimaryKeyConstraint("season", "obligation", "rung", name=op.f("pk_alert")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_table(
        "meeting",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("ref", types.Words(), nullable=False),
        sa.Column("unit", types.Words(), nullable=False),
        sa.Column("kind", types.Words(), nullable=True),
        sa.Column("state", types.Words(), nullable=False),
        sa.Column("held_on", types.Day(), nullable=True),
        sa.Column("attendees", types.Number(), nullable=True),
        sa.Column("invited", types.Json(), nullable=False),
        sa.Column("marks", types.Json(), nullable=False),
        sa.Column("tallies", types.Json(), nullable=False),
        sa.Column("seq", types.Number(), nullable=False),
        sa.Column("head", types.Blob(), nullable=False),
        sa.Column("head_at", types.Instant(), nullable=False),
        sa.CheckConstraint(
            "state IN ('planned', 'registered', 'agreed', 'held', 'minuted', 'cancelled')",
            name=op.f("ck_meeting_state_known"),
        ),
        sa.ForeignKeyConstraint(["season", "unit"], ["unit.season", "unit.code"], name=op.f("fk_meeting_season_unit")),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_meeting_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_meeting")),
        sa.UniqueConstraint("season", "ref", name=op.f("uq_meeting_season_ref")),
        sqlite_strict=True,
    )
    op.create_index("ix_meeting_season_unit", "meeting", ["season", "unit"], unique=False)
    op.create_table(
        "subject",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("code", types.Words(), nullable=False),
        sa.Column("unit", types.Words(), nullable=False),
        sa.Column("kind", types.Words(), nullable=False),
        sa.Column("name", types.Words(), nullable=False),
        sa.Column("post", types.Words(), nullable=False),
        sa.Column("category", types.Words(), nullable=False),
        sa.Column("duty", types.Words(), nullable=False),
        sa.Column("tier", types.Words(), nullable=False),
        sa.Column("party", types.Flag(), nullable=False),
        sa.Column("lead", types.Words(), nullable=False),
        sa.Column("ranked", types.Flag(), nullable=False),
        sa.Column("contact", types.Words(), nullable=True),
        sa.Column("language", types.Words(), nullable=False),
        sa.Column("since", types.Day(), nullable=True),
        sa.ForeignKeyConstraint(["season", "unit"], ["unit.season", "unit.code"], name=op.f("fk_subject_season_unit")),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_subject_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_subject")),
        sa.UniqueConstraint("season", "code", name=op.f("uq_subject_season_code")),
        sqlite_strict=True,
    )
    op.create_index("ix_subject_season_unit", "subject", ["season", "unit"], unique=False)
    op.create_table(
        "dossier",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("id", types.Id(), nullable=False),
        sa.Column("tenant", types.Words(), nullable=False),
        sa.Column("ref", types.Words(), nullable=False),
        sa.Column("subject", types.Words(), nullable=False),
        sa.Column("unit", types.Words(), nullable=False),
        sa.Column("track", types.Words(), nullable=False),
        sa.Column("route", types.Words(), nullable=False),
        sa.Column("state", types.Words(), nullable=False),
        sa.Column("expected", types.Words(), nullable=True),
        sa.Column("voted", types.Words(), nullable=True),
        sa.Column("proposed", types.Words(), nullable=True),
        sa.Column("decided", types.Words(), nullable=True),
        sa.Column("marks", types.Json(), nullable=False),
        sa.Column("seq", types.Number(), nullable=False),
        sa.Column("head", types.Blob(), nullable=False),
        sa.Column("head_at", types.Instant(), nullable=False),
        sa.CheckConstraint(
            "decided IS NULL OR decided IN ('excellent', 'good', 'completed', 'not_completed')",
            name=op.f("ck_dossier_decided_known"),
        ),
        sa.CheckConstraint(
            "expected IS NULL OR expected IN ('excellent', 'good', 'completed', 'not_completed')",
            name=op.f("ck_dossier_expected_known"),
        ),
        sa.CheckConstraint(
            "proposed IS NULL OR proposed IN ('excellent', 'good', 'completed', 'not_completed')",
            name=op.f("ck_dossier_proposed_known"),
        ),
        sa.CheckConstraint(
            "state IN ('drafted', 'self_reviewed', 'unit_voted', 'submitted', 'ratified', 'withdrawn', 'not_ranked')",
            name=op.f("ck_dossier_state_known"),
        ),
        sa.CheckConstraint(
            "voted IS NULL OR voted IN ('excellent', 'good', 'completed', 'not_completed')",
            name=op.f("ck_dossier_voted_known"),
        ),
        sa.ForeignKeyConstraint(
            ["season", "subject"], ["subject.season", "subject.code"], name=op.f("fk_dossier_season_subject")
        ),
        sa.ForeignKeyConstraint(["season", "unit"], ["unit.season", "unit.code"], name=op.f("fk_dossier_season_unit")),
        sa.ForeignKeyConstraint(["season"], ["season.id"], name=op.f("fk_dossier_season")),
        sa.PrimaryKeyConstraint("season", "id", name=op.f("pk_dossier")),
        sa.UniqueConstraint("season", "subject", "track", name=op.f("uq_dossier_season_subject_track")),
        sa.UniqueConstraint("tenant", "ref", name=op.f("uq_dossier_tenant_ref")),
        sqlite_strict=True,
    )
    op.create_index("ix_dossier_season_unit_state", "dossier", ["season", "unit", "state"], unique=False)
    op.create_table(
        "role",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("subject", types.Words(), nullable=False),
        sa.Column("role", types.Words(), nullable=False),
        sa.Column("scope", types.Words(), nullable=False),
        sa.ForeignKeyConstraint(
            ["season", "subject"], ["subject.season", "subject.code"], name=op.f("fk_role_season_subject")
        ),
        sa.PrimaryKeyConstraint("season", "subject", "role", "scope", name=op.f("pk_role")),
        sqlite_strict=True,
    )
    op.create_index("ix_role_season_scope", "role", ["season", "scope"], unique=False)
    op.create_table(
        "member",
        sa.Column("season", types.Id(), nullable=False),
        sa.Column("group_id", types.Id(), nullable=False),
        sa.Column("dossier", types.Id(), nullable=False),
        sa.Column("left_on", types.Day(), nullable=True),
        sa.Column("left_rank", types.Words(), nullable=True),
        sa.ForeignKeyConstraint(
            ["season", "dossier"], ["dossier.season", "dossier.id"], name=op.f("fk_member_season_dossier")
        ),
        sa.ForeignKeyConstraint(
            ["season", "group_id"], ["quota_group.season", "quota_group.id"], name=op.f("fk_member_season_group_id")
        ),
        sa.PrimaryKeyConstraint("season", "group_id", "dossier", name=op.f("pk_member")),
        sqlite_strict=True,
        sqlite_with_rowid=False,
    )
    op.create_index("ix_member_season_dossier", "member", ["season", "dossier"], unique=False)


TRIGGERS = {
    "sqlite": (
        """\
CREATE TRIGGER pack_no_update
BEFORE UPDATE ON pack
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only pack: no update');
END""",
        """\
CREATE TRIGGER pack_no_delete
BEFORE DELETE ON pack
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only pack: no delete');
END""",
        """\
CREATE TRIGGER pack_no_replace
BEFORE INSERT ON pack
WHEN EXISTS (SELECT 1 FROM pack WHERE hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, 'hoso: key taken in append-only pack');
END""",
        """\
CREATE TRIGGER history_no_update
BEFORE UPDATE ON history
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only history: no update');
END""",
        """\
CREATE TRIGGER history_no_delete
BEFORE DELETE ON history
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only history: no delete');
END""",
        """\
CREATE TRIGGER history_no_replace
BEFORE INSERT ON history
WHEN EXISTS (SELECT 1 FROM history WHERE season = NEW.season AND stream = NEW.stream AND seq = NEW.seq)
BEGIN
  SELECT RAISE(ABORT, 'hoso: key taken in append-only history');
END""",
        """\
CREATE TRIGGER attempt_no_update
BEFORE UPDATE ON attempt
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only attempt: no update');
END""",
        """\
CREATE TRIGGER attempt_no_delete
BEFORE DELETE ON attempt
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only attempt: no delete');
END""",
        """\
CREATE TRIGGER attempt_no_replace
BEFORE INSERT ON attempt
WHEN EXISTS (SELECT 1 FROM attempt WHERE season = NEW.season AND id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'hoso: key taken in append-only attempt');
END""",
        """\
CREATE TRIGGER answer_no_update
BEFORE UPDATE ON answer
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only answer: no update');
END""",
        """\
CREATE TRIGGER answer_no_delete
BEFORE DELETE ON answer
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only answer: no delete');
END""",
        """\
CREATE TRIGGER answer_no_replace
BEFORE INSERT ON answer
WHEN EXISTS (SELECT 1 FROM answer WHERE tenant = NEW.tenant AND actor = NEW.actor AND "key" = NEW."key")
BEGIN
  SELECT RAISE(ABORT, 'hoso: key taken in append-only answer');
END""",
        """\
CREATE TRIGGER alert_no_update
BEFORE UPDATE ON alert
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only alert: no update');
END""",
        """\
CREATE TRIGGER alert_no_delete
BEFORE DELETE ON alert
BEGIN
  SELECT RAISE(ABORT, 'hoso: append-only alert: no delete');
END""",
        """\
CREATE TRIGGER alert_no_replace
BEFORE INSERT ON alert
WHEN EXISTS (SELECT 1 FROM alert WHERE season = NEW.season AND obligation = NEW.obligation AND rung = NEW.rung)
BEGIN
  SELECT RAISE(ABORT, 'hoso: key taken in append-only alert');
END""",
        """\
CREATE TRIGGER dossier_no_move
BEFORE UPDATE OF season, id, tenant, ref, subject, track ON dossier
WHEN NEW.season IS NOT OLD.season
  OR NEW.id IS NOT OLD.id
  OR NEW.tenant IS NOT OLD.tenant
  OR NEW.ref IS NOT OLD.ref
  OR NEW.subject IS NOT OLD.subject
  OR NEW.track IS NOT OLD.track
BEGIN
  SELECT RAISE(ABORT, 'hoso: kept dossier: no change of season, id, tenant, ref, subject, track');
END""",
        """\
CREATE TRIGGER dossier_no_delete
BEFORE DELETE ON dossier
BEGIN
  SELECT RAISE(ABORT, 'hoso: kept dossier: no delete');
END""",
        """\
CREATE TRIGGER dossier_no_replace
BEFORE INSERT ON dossier
WHEN EXISTS (SELECT 1 FROM dossier WHERE season = NEW.season AND id = NEW.id)
  OR EXISTS (SELECT 1 FROM dossier WHERE season = NEW.season AND subject = NEW.subject AND track = NEW.track)
  OR EXISTS (SELECT 1 FROM dossier WHERE tenant = NEW.tenant AND ref = NEW.ref)
BEGIN
  SELECT RAISE(ABORT, 'hoso: key taken in kept dossier');
END""",
        """\
CREATE TRIGGER member_no_move
BEFORE UPDATE OF season, group_id, dossier ON member
WHEN NEW.season IS NOT OLD.season
  OR NEW.group_id IS NOT OLD.group_id
  OR NEW.dossier IS NOT OLD.dossier
BEGIN
  SELECT RAISE(ABORT, 'hoso: kept member: no change of season, group_id, dossier');
END""",
        """\
CREATE TRIGGER member_no_delete
BEFORE DELETE ON member
BEGIN
  SELECT RAISE(ABORT, 'hoso: kept member: no delete');
END""",
        """\
CREATE TRIGGER member_no_replace
BEFORE INSERT ON member
WHEN EXISTS (SELECT 1 FROM member WHERE season = NEW.season AND group_id = NEW.group_id AND dossier = NEW.dossier)
BEGIN
  SELECT RAISE(ABORT, 'hoso: key taken in kept member');
END""",
        """\
CREATE TRIGGER obligation_no_move
BEFORE UPDATE OF season, id, rule, scope, due_at, born_at, replaces ON obligation
WHEN NEW.season IS NOT OLD.season
  OR NEW.id IS NOT OLD.id
  OR NEW.rule IS NOT OLD.rule
  OR NEW.scope IS NOT OLD.scope
  OR NEW.due_at IS NOT OLD.due_at
  OR NEW.born_at IS NOT OLD.born_at
  OR NEW.replaces IS NOT OLD.replaces
BEGIN
  SELECT RAISE(ABORT, 'hoso: kept obligation: no change of season, id, rule, scope, due_at, born_at, replaces');
END""",
        """\
CREATE TRIGGER obligation_no_delete
BEFORE DELETE ON obligation
BEGIN
  SELECT RAISE(ABORT, 'hoso: kept obligation: no delete');
END""",
        """\
CREATE TRIGGER obligation_no_replace
BEFORE INSERT ON obligation
WHEN EXISTS (SELECT 1 FROM obligation WHERE season = NEW.season AND id = NEW.id)
BEGIN
  SELECT RAISE(ABORT, 'hoso: key taken in kept obligation');
END""",
    ),
    "postgresql": (
        """\
CREATE FUNCTION hoso_refuse() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION USING
    ERRCODE = 'restrict_violation',
    MESSAGE = 'hoso: ' || TG_ARGV[0] || ' ' || TG_TABLE_NAME || ': no ' || lower(TG_OP);
END
$$""",
        """\
CREATE TRIGGER pack_no_change
BEFORE UPDATE OR DELETE ON pack
FOR EACH ROW
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE pack ENABLE ALWAYS TRIGGER pack_no_change""",
        """\
CREATE TRIGGER pack_no_truncate
BEFORE TRUNCATE ON pack
FOR EACH STATEMENT
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE pack ENABLE ALWAYS TRIGGER pack_no_truncate""",
        """\
CREATE TRIGGER history_no_change
BEFORE UPDATE OR DELETE ON history
FOR EACH ROW
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE history ENABLE ALWAYS TRIGGER history_no_change""",
        """\
CREATE TRIGGER history_no_truncate
BEFORE TRUNCATE ON history
FOR EACH STATEMENT
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE history ENABLE ALWAYS TRIGGER history_no_truncate""",
        """\
CREATE TRIGGER attempt_no_change
BEFORE UPDATE OR DELETE ON attempt
FOR EACH ROW
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE attempt ENABLE ALWAYS TRIGGER attempt_no_change""",
        """\
CREATE TRIGGER attempt_no_truncate
BEFORE TRUNCATE ON attempt
FOR EACH STATEMENT
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE attempt ENABLE ALWAYS TRIGGER attempt_no_truncate""",
        """\
CREATE TRIGGER answer_no_change
BEFORE UPDATE OR DELETE ON answer
FOR EACH ROW
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE answer ENABLE ALWAYS TRIGGER answer_no_change""",
        """\
CREATE TRIGGER answer_no_truncate
BEFORE TRUNCATE ON answer
FOR EACH STATEMENT
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE answer ENABLE ALWAYS TRIGGER answer_no_truncate""",
        """\
CREATE TRIGGER alert_no_change
BEFORE UPDATE OR DELETE ON alert
FOR EACH ROW
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE alert ENABLE ALWAYS TRIGGER alert_no_change""",
        """\
CREATE TRIGGER alert_no_truncate
BEFORE TRUNCATE ON alert
FOR EACH STATEMENT
EXECUTE FUNCTION hoso_refuse('append-only')""",
        """\
ALTER TABLE alert ENABLE ALWAYS TRIGGER alert_no_truncate""",
        """\
CREATE TRIGGER dossier_no_move
BEFORE UPDATE OF season, id, tenant, ref, subject, track ON dossier
FOR EACH ROW
WHEN (NEW.season IS DISTINCT FROM OLD.season
  OR NEW.id IS DISTINCT FROM OLD.id
  OR NEW.tenant IS DISTINCT FROM OLD.tenant
  OR NEW.ref IS DISTINCT FROM OLD.ref
  OR NEW.subject IS DISTINCT FROM OLD.subject
  OR NEW.track IS DISTINCT FROM OLD.track)
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE dossier ENABLE ALWAYS TRIGGER dossier_no_move""",
        """\
CREATE TRIGGER dossier_no_delete
BEFORE DELETE ON dossier
FOR EACH ROW
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE dossier ENABLE ALWAYS TRIGGER dossier_no_delete""",
        """\
CREATE TRIGGER dossier_no_truncate
BEFORE TRUNCATE ON dossier
FOR EACH STATEMENT
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE dossier ENABLE ALWAYS TRIGGER dossier_no_truncate""",
        """\
CREATE TRIGGER member_no_move
BEFORE UPDATE OF season, group_id, dossier ON member
FOR EACH ROW
WHEN (NEW.season IS DISTINCT FROM OLD.season
  OR NEW.group_id IS DISTINCT FROM OLD.group_id
  OR NEW.dossier IS DISTINCT FROM OLD.dossier)
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE member ENABLE ALWAYS TRIGGER member_no_move""",
        """\
CREATE TRIGGER member_no_delete
BEFORE DELETE ON member
FOR EACH ROW
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE member ENABLE ALWAYS TRIGGER member_no_delete""",
        """\
CREATE TRIGGER member_no_truncate
BEFORE TRUNCATE ON member
FOR EACH STATEMENT
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE member ENABLE ALWAYS TRIGGER member_no_truncate""",
        """\
CREATE TRIGGER obligation_no_move
BEFORE UPDATE OF season, id, rule, scope, due_at, born_at, replaces ON obligation
FOR EACH ROW
WHEN (NEW.season IS DISTINCT FROM OLD.season
  OR NEW.id IS DISTINCT FROM OLD.id
  OR NEW.rule IS DISTINCT FROM OLD.rule
  OR NEW.scope IS DISTINCT FROM OLD.scope
  OR NEW.due_at IS DISTINCT FROM OLD.due_at
  OR NEW.born_at IS DISTINCT FROM OLD.born_at
  OR NEW.replaces IS DISTINCT FROM OLD.replaces)
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE obligation ENABLE ALWAYS TRIGGER obligation_no_move""",
        """\
CREATE TRIGGER obligation_no_delete
BEFORE DELETE ON obligation
FOR EACH ROW
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE obligation ENABLE ALWAYS TRIGGER obligation_no_delete""",
        """\
CREATE TRIGGER obligation_no_truncate
BEFORE TRUNCATE ON obligation
FOR EACH STATEMENT
EXECUTE FUNCTION hoso_refuse('kept')""",
        """\
ALTER TABLE obligation ENABLE ALWAYS TRIGGER obligation_no_truncate""",
    ),
}
