"""What a telephone line, a call and a screener know since calls can be held, handed on, kept and called back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contacts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=True),
        sa.Column("area", sa.Text(), nullable=True),
        sa.Column("pin_vault_id", sa.Uuid(), nullable=True),
        sa.Column("position", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contacts")),
    )
    op.create_index(op.f("ix_contacts_jurisdiction"), "contacts", ["jurisdiction"], unique=False)
    op.create_table(
        "team_moves",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("from_team", sa.Text(), nullable=False),
        sa.Column("to_team", sa.Text(), nullable=False),
        sa.Column("moved_by", sa.Uuid(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["moved_by"], ["users.id"], name=op.f("fk_team_moves_moved_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_moves")),
    )
    op.create_index(
        "uq_team_moves_open",
        "team_moves",
        ["from_team"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_table(
        "callbacks",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("line_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("vault_id", sa.Uuid(), nullable=False),
        sa.Column("number_hash", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("queued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("safe_to_call", sa.Boolean(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_callbacks_call_id")),
        sa.ForeignKeyConstraint(["line_id"], ["lines.id"], name=op.f("fk_callbacks_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callbacks")),
        sa.UniqueConstraint("call_id", name=op.f("uq_callbacks_call_id")),
    )
    op.create_index(op.f("ix_callbacks_number_hash"), "callbacks", ["number_hash"], unique=False)
    op.create_index(
        "ix_callbacks_open",
        "callbacks",
        ["next_at"],
        unique=False,
        postgresql_where=sa.text("closed_at is null"),
    )
    op.create_table(
        "number_flags",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("caller_hash", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("set_by", sa.Uuid(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_number_flags_call_id")),
        sa.ForeignKeyConstraint(["lifted_by"], ["users.id"], name=op.f("fk_number_flags_lifted_by")),
        sa.ForeignKeyConstraint(["set_by"], ["users.id"], name=op.f("fk_number_flags_set_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_number_flags")),
    )
    op.create_index(op.f("ix_number_flags_caller_hash"), "number_flags", ["caller_hash"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("required", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.BigInteger(), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("media_vault_id", sa.Uuid(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_recordings_call_id")),
        sa.ForeignKeyConstraint(["started_by"], ["users.id"], name=op.f("fk_recordings_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recordings")),
        sa.UniqueConstraint("sid", name=op.f("uq_recordings_sid")),
    )
    op.create_index(op.f("ix_recordings_call_id"), "recordings", ["call_id"], unique=False)
    op.create_index(
        "uq_recordings_running",
        "recordings",
        ["call_id"],
        unique=True,
        postgresql_where=sa.text("state in ('asked', 'on', 'paused')"),
    )
    op.create_table(
        "transcriptions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("sid", sa.Text(), nullable=True),
        sa.Column("wanted", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("consent", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("started_by", sa.Uuid(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("announced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), server_default=sa.text("1"), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_transcriptions_call_id")),
        sa.ForeignKeyConstraint(["started_by"], ["users.id"], name=op.f("fk_transcriptions_started_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcriptions")),
        sa.UniqueConstraint("sid", name=op.f("uq_transcriptions_sid")),
    )
    op.create_index(op.f("ix_transcriptions_call_id"), "transcriptions", ["call_id"], unique=False)
    op.create_index(
        "uq_transcriptions_running",
        "transcriptions",
        ["call_id"],
        unique=True,
        postgresql_where=sa.text("state in ('asked', 'on')"),
    )
    op.create_table(
        "voicemails",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("recording_sid", sa.Text(), nullable=True),
        sa.Column("seconds", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("media_vault_id", sa.Uuid(), nullable=True),
        sa.Column("text_vault_id", sa.Uuid(), nullable=True),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("heard_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_voicemails_call_id")),
        sa.ForeignKeyConstraint(["heard_by"], ["users.id"], name=op.f("fk_voicemails_heard_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemails")),
        sa.UniqueConstraint("recording_sid", name=op.f("uq_voicemails_recording_sid")),
    )
    op.create_index(op.f("ix_voicemails_call_id"), "voicemails", ["call_id"], unique=False)
    op.create_table(
        "transcript_pieces",
        sa.Column("id", sa.BigInteger(), autoincrement=True, nullable=False),
        sa.Column("transcription_id", sa.Uuid(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=False),
        sa.Column("track", sa.Text(), nullable=False),
        sa.Column("final", sa.Boolean(), nullable=False),
        sa.Column("vault_id", sa.Uuid(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["transcription_id"], ["transcriptions.id"], name=op.f("fk_transcript_pieces_transcription_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transcript_pieces")),
        sa.UniqueConstraint("transcription_id", "sequence", name="uq_transcript_pieces_sequence"),
    )
    op.add_column("call_legs", sa.Column("vault_id", sa.Uuid(), nullable=True))
    op.add_column("call_legs", sa.Column("contact_id", sa.Uuid(), nullable=True))
    op.add_column("call_legs", sa.Column("mode", sa.Text(), nullable=True))
    op.add_column(
        "call_legs", sa.Column("muted", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "call_legs", sa.Column("held", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column(
        "call_legs",
        sa.Column(
            "told", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("call_legs", sa.Column("added_by", sa.Uuid(), nullable=True))
    op.add_column("call_legs", sa.Column("purpose", sa.Text(), nullable=True))
    op.create_foreign_key(op.f("fk_call_legs_added_by"), "call_legs", "users", ["added_by"], ["id"])
    op.create_foreign_key(op.f("fk_call_legs_contact_id"), "call_legs", "contacts", ["contact_id"], ["id"])
    op.add_column(
        "calls", sa.Column("direction", sa.Text(), server_default=sa.text("'inbound'"), nullable=False)
    )
    op.add_column("calls", sa.Column("origin_id", sa.Uuid(), nullable=True))
    op.add_column("calls", sa.Column("purpose", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("waiting_since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("calls", sa.Column("team", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("skill", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("target_id", sa.Uuid(), nullable=True))
    op.add_column(
        "calls", sa.Column("overflow_step", sa.BigInteger(), server_default=sa.text("0"), nullable=False)
    )
    op.add_column("calls", sa.Column("overflow_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "calls", sa.Column("sign_of_life", sa.Boolean(), server_default=sa.text("false"), nullable=False)
    )
    op.add_column("calls", sa.Column("attestation", sa.Text(), nullable=True))
    op.add_column("calls", sa.Column("safe_to_call", sa.Boolean(), nullable=True))
    op.add_column("calls", sa.Column("consent", sa.Text(), nullable=True))
    op.alter_column("calls", "sid", existing_type=sa.TEXT(), nullable=True)
    op.create_foreign_key(op.f("fk_calls_target_id"), "calls", "users", ["target_id"], ["id"])
    op.create_foreign_key(op.f("fk_calls_origin_id"), "calls", "calls", ["origin_id"], ["id"])
    op.add_column("lines", sa.Column("active", sa.Boolean(), server_default=sa.text("true"), nullable=False))
    op.add_column("lines", sa.Column("time_zone", sa.Text(), server_default=sa.text("'UTC'"), nullable=False))
    op.add_column(
        "lines",
        sa.Column(
            "hours", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column(
        "lines",
        sa.Column(
            "holidays",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text("'[]'"),
            nullable=False,
        ),
    )
    op.add_column(
        "lines",
        sa.Column(
            "menu", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column(
        "lines",
        sa.Column(
            "prompts", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column("lines", sa.Column("team", sa.Text(), nullable=True))
    op.add_column(
        "lines", sa.Column("max_wait", sa.BigInteger(), server_default=sa.text("600"), nullable=False)
    )
    op.add_column(
        "lines",
        sa.Column(
            "overflow",
            postgresql.JSONB(astext_type=sa.Text()),
            server_default=sa.text('\'["everybody", "on_call", "voicemail"]\''),
            nullable=False,
        ),
    )
    op.add_column(
        "lines", sa.Column("callback_offered", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column("lines", sa.Column("caller_id", sa.Text(), nullable=True))
    op.add_column("lines", sa.Column("recording", sa.Text(), server_default=sa.text("'off'"), nullable=False))
    op.add_column(
        "lines", sa.Column("transcription", sa.Text(), server_default=sa.text("'off'"), nullable=False)
    )
    op.add_column(
        "lines", sa.Column("monitoring", sa.Text(), server_default=sa.text("'off'"), nullable=False)
    )
    op.add_column("lines", sa.Column("flood_guard_until", sa.DateTime(timezone=True), nullable=True))
    op.add_column("offers", sa.Column("kind", sa.Text(), server_default=sa.text("'call'"), nullable=False))
    op.add_column("offers", sa.Column("from_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(op.f("fk_offers_from_id"), "offers", "users", ["from_id"], ["id"])
    op.add_column(
        "presences", sa.Column("telephone", sa.Text(), server_default=sa.text("'ring'"), nullable=False)
    )
    op.add_column(
        "presences", sa.Column("auto_available", sa.Boolean(), server_default=sa.text("true"), nullable=False)
    )
    op.add_column(
        "users",
        sa.Column(
            "skills", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'"), nullable=False
        ),
    )
    op.add_column(
        "users",
        sa.Column(
            "teams", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'[]'"), nullable=False
        ),
    )
    op.add_column("users", sa.Column("desk_number", sa.Text(), nullable=True))


def downgrade() -> None:
    # Calls that we placed and that nobody took have no name at the phone company; the older table asks for one.
    op.execute("update calls set sid = 'none-' || id where sid is null")
    op.drop_column("users", "desk_number")
    op.drop_column("users", "teams")
    op.drop_column("users", "skills")
    op.drop_column("presences", "auto_available")
    op.drop_column("presences", "telephone")
    op.drop_constraint(op.f("fk_offers_from_id"), "offers", type_="foreignkey")
    op.drop_column("offers", "from_id")
    op.drop_column("offers", "kind")
    op.drop_column("lines", "flood_guard_until")
    op.drop_column("lines", "monitoring")
    op.drop_column("lines", "transcription")
    op.drop_column("lines", "recording")
    op.drop_column("lines", "caller_id")
    op.drop_column("lines", "callback_offered")
    op.drop_column("lines", "overflow")
    op.drop_column("lines", "max_wait")
    op.drop_column("lines", "team")
    op.drop_column("lines", "prompts")
    op.drop_column("lines", "menu")
    op.drop_column("lines", "holidays")
    op.drop_column("lines", "hours")
    op.drop_column("lines", "time_zone")
    op.drop_column("lines", "active")
    op.drop_constraint(op.f("fk_calls_origin_id"), "calls", type_="foreignkey")
    op.drop_constraint(op.f("fk_calls_target_id"), "calls", type_="foreignkey")
    op.alter_column("calls", "sid", existing_type=sa.TEXT(), nullable=False)
    op.drop_column("calls", "consent")
    op.drop_column("calls", "safe_to_call")
    op.drop_column("calls", "attestation")
    op.drop_column("calls", "sign_of_life")
    op.drop_column("calls", "overflow_at")
    op.drop_column("calls", "overflow_step")
    op.drop_column("calls", "target_id")
    op.drop_column("calls", "skill")
    op.drop_column("calls", "team")
    op.drop_column("calls", "waiting_since")
    op.drop_column("calls", "purpose")
    op.drop_column("calls", "origin_id")
    op.drop_column("calls", "direction")
    op.drop_constraint(op.f("fk_call_legs_contact_id"), "call_legs", type_="foreignkey")
    op.drop_constraint(op.f("fk_call_legs_added_by"), "call_legs", type_="foreignkey")
    op.drop_column("call_legs", "purpose")
    op.drop_column("call_legs", "added_by")
    op.drop_column("call_legs", "told")
    op.drop_column("call_legs", "held")
    op.drop_column("call_legs", "muted")
    op.drop_column("call_legs", "mode")
    op.drop_column("call_legs", "contact_id")
    op.drop_column("call_legs", "vault_id")
    op.drop_table("transcript_pieces")
    op.drop_index(op.f("ix_voicemails_call_id"), table_name="voicemails")
    op.drop_table("voicemails")
    op.drop_index(
        "uq_transcriptions_running",
        table_name="transcriptions",
        postgresql_where=sa.text("state in ('asked', 'on')"),
    )
    op.drop_index(op.f("ix_transcriptions_call_id"), table_name="transcriptions")
    op.drop_table("transcriptions")
    op.drop_index(
        "uq_recordings_running",
        table_name="recordings",
        postgresql_where=sa.text("state in ('asked', 'on', 'paused')"),
    )
    op.drop_index(op.f("ix_recordings_call_id"), table_name="recordings")
    op.drop_table("recordings")
    op.drop_index(op.f("ix_number_flags_caller_hash"), table_name="number_flags")
    op.drop_table("number_flags")
    op.drop_index("ix_callbacks_open", table_name="callbacks", postgresql_where=sa.text("closed_at is null"))
    op.drop_index(op.f("ix_callbacks_number_hash"), table_name="callbacks")
    op.drop_table("callbacks")
    op.drop_index("uq_team_moves_open", table_name="team_moves", postgresql_where=sa.text("ended_at is null"))
    op.drop_table("team_moves")
    op.drop_index(op.f("ix_contacts_jurisdiction"), table_name="contacts")
    op.drop_table("contacts")
