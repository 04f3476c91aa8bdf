"""What a report knows since it can be searched, reviewed, returned, added to and sent in online."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    op.create_table(
        "online_tallies",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "began_at", name=op.f("pk_online_tallies")),
    )
    op.create_table(
        "services",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("organization_id", sa.Uuid(), nullable=True),
        sa.Column("organization_name", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_es", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("description_es", sa.Text(), nullable=True),
        sa.Column("needs", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("areas", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("languages", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("schedule_es", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("eligibility", sa.Text(), nullable=True),
        sa.Column("eligibility_es", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organization_id"], ["organizations.id"], name=op.f("fk_services_organization_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
        sa.UniqueConstraint("jurisdiction", "code", name=op.f("uq_services_jurisdiction_code")),
    )
    op.create_table(
        "call_referrals",
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("service_id", sa.Uuid(), nullable=False),
        sa.Column("referred_by", sa.Uuid(), nullable=False),
        sa.Column("referred_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_call_referrals_call_id")),
        sa.ForeignKeyConstraint(["referred_by"], ["users.id"], name=op.f("fk_call_referrals_referred_by")),
        sa.ForeignKeyConstraint(["service_id"], ["services.id"], name=op.f("fk_call_referrals_service_id")),
        sa.PrimaryKeyConstraint("call_id", "service_id", name=op.f("pk_call_referrals")),
    )
    op.create_table(
        "incoming_papers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registered_by", sa.Uuid(), nullable=True),
        sa.Column("source_key", sa.Text(), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["registered_by"], ["users.id"], name=op.f("fk_incoming_papers_registered_by")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_incoming_papers_report_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["users.id"], name=op.f("fk_incoming_papers_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming_papers")),
        sa.UniqueConstraint("source_key", name=op.f("uq_incoming_papers_source_key")),
    )
    op.create_index(op.f("ix_incoming_papers_report_id"), "incoming_papers", ["report_id"], unique=False)
    op.create_index(
        "ix_incoming_papers_waiting",
        "incoming_papers",
        ["jurisdiction", "received_at"],
        unique=False,
        postgresql_where=sa.text("settled_at is null"),
    )
    op.create_table(
        "online_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("form_id", sa.Text(), nullable=False),
        sa.Column("form_version", sa.BigInteger(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("vault_id", sa.Uuid(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("session_hash", sa.Text(), nullable=True),
        sa.Column("session_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmation", sa.Text(), nullable=True),
        sa.Column("danger", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("taken_by", sa.Uuid(), nullable=True),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_online_reports_report_id")),
        sa.ForeignKeyConstraint(["taken_by"], ["users.id"], name=op.f("fk_online_reports_taken_by")),
        sa.ForeignKeyConstraint(["vault_id"], ["vault_records.id"], name=op.f("fk_online_reports_vault_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_online_reports")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_online_reports_code_hash")),
        sa.UniqueConstraint("confirmation", name=op.f("uq_online_reports_confirmation")),
        sa.UniqueConstraint("report_id", name=op.f("uq_online_reports_report_id")),
        sa.UniqueConstraint("session_hash", name=op.f("uq_online_reports_session_hash")),
    )
    op.create_index(
        "ix_online_reports_open",
        "online_reports",
        ["state", "expires_at"],
        unique=False,
        postgresql_where=sa.text("state = 'writing'"),
    )
    op.create_index(
        "ix_online_reports_sent",
        "online_reports",
        ["jurisdiction", "sent_at"],
        unique=False,
        postgresql_where=sa.text("state = 'sent'"),
    )
    op.create_table(
        "report_additions",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=True),
        sa.Column("author_id", sa.Uuid(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("new_danger", sa.Boolean(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["author_id"], ["users.id"], name=op.f("fk_report_additions_author_id")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_report_additions_call_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_additions_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_additions")),
    )
    op.create_index(op.f("ix_report_additions_report_id"), "report_additions", ["report_id"], unique=False)
    op.create_table(
        "report_calls",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("call_id", sa.Uuid(), nullable=False),
        sa.Column("attached_by", sa.Uuid(), nullable=False),
        sa.Column("attached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["attached_by"], ["users.id"], name=op.f("fk_report_calls_attached_by")),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_report_calls_call_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_calls_report_id")),
        sa.PrimaryKeyConstraint("report_id", "call_id", name=op.f("pk_report_calls")),
    )
    op.create_index(op.f("ix_report_calls_call_id"), "report_calls", ["call_id"], unique=False)
    op.create_table(
        "report_collaterals",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("extends", sa.Boolean(), nullable=False),
        sa.Column("opened_by", sa.Uuid(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolved_by", sa.Uuid(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["opened_by"], ["users.id"], name=op.f("fk_report_collaterals_opened_by")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_collaterals_report_id")),
        sa.ForeignKeyConstraint(
            ["resolved_by"], ["users.id"], name=op.f("fk_report_collaterals_resolved_by")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_collaterals")),
    )
    op.create_index(
        op.f("ix_report_collaterals_report_id"), "report_collaterals", ["report_id"], unique=False
    )
    op.create_table(
        "report_links",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("reasons", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.Uuid(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["users.id"], name=op.f("fk_report_links_decided_by")),
        sa.ForeignKeyConstraint(["other_id"], ["reports.id"], name=op.f("fk_report_links_other_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_links_report_id")),
        sa.PrimaryKeyConstraint("report_id", "other_id", name=op.f("pk_report_links")),
    )
    op.create_index(op.f("ix_report_links_other_id"), "report_links", ["other_id"], unique=False)
    op.create_table(
        "report_people",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("entry", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("searched", sa.Text(), nullable=False),
        sa.Column("first", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("last", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("birth", sa.Text(), nullable=True),
        sa.Column("year_from", sa.BigInteger(), nullable=True),
        sa.Column("year_to", sa.BigInteger(), nullable=True),
        sa.Column("sex", sa.Text(), nullable=True),
        sa.Column("house", sa.Text(), nullable=True),
        sa.Column("street", sa.Text(), nullable=True),
        sa.Column("town", sa.Text(), nullable=True),
        sa.Column("zip", sa.Text(), nullable=True),
        sa.Column("school", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("keys", postgresql.ARRAY(sa.Integer()), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_people_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_people")),
    )
    op.create_index(
        "ix_report_people_keys",
        "report_people",
        ["keys"],
        unique=False,
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.create_index(op.f("ix_report_people_report_id"), "report_people", ["report_id"], unique=False)
    op.create_index(
        "ix_report_people_searched",
        "report_people",
        ["searched"],
        unique=False,
        postgresql_using="gin",
        postgresql_ops={"searched": "gin_trgm_ops"},
        postgresql_with={"fastupdate": "off"},
    )
    op.create_table(
        "report_reasons",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk_report_reasons_person_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_report_reasons_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_reasons")),
    )
    op.create_index(op.f("ix_report_reasons_report_id"), "report_reasons", ["report_id"], unique=False)
    op.create_table(
        "attachments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=True),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("content_vault_id", sa.Uuid(), nullable=False),
        sa.Column("name_vault_id", sa.Uuid(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by", sa.Uuid(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "report_id is not null or paper_id is not null", name=op.f("ck_attachments_belongs")
        ),
        sa.ForeignKeyConstraint(["added_by"], ["users.id"], name=op.f("fk_attachments_added_by")),
        sa.ForeignKeyConstraint(["paper_id"], ["incoming_papers.id"], name=op.f("fk_attachments_paper_id")),
        sa.ForeignKeyConstraint(["removed_by"], ["users.id"], name=op.f("fk_attachments_removed_by")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_attachments_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachments")),
    )
    op.create_index(op.f("ix_attachments_paper_id"), "attachments", ["paper_id"], unique=False)
    op.create_index(op.f("ix_attachments_report_id"), "attachments", ["report_id"], unique=False)
    op.create_table(
        "review_acts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("override", sa.Text(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decision_id"], ["track_decisions.id"], name=op.f("fk_review_acts_decision_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["users.id"], name=op.f("fk_review_acts_person_id")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_review_acts_report_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_acts")),
    )
    op.create_index(op.f("ix_review_acts_report_id"), "review_acts", ["report_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("first_by", sa.Uuid(), nullable=True),
        sa.Column("proposed", sa.Text(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["decision_id"], ["track_decisions.id"], name=op.f("fk_reviews_decision_id")),
        sa.ForeignKeyConstraint(["first_by"], ["users.id"], name=op.f("fk_reviews_first_by")),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_reviews_report_id")),
        sa.PrimaryKeyConstraint("decision_id", name=op.f("pk_reviews")),
    )
    op.create_index(op.f("ix_reviews_report_id"), "reviews", ["report_id"], unique=False)
    op.create_table(
        "written_reports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("sentence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("marks", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("overdue_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("channel", sa.Text(), nullable=True),
        sa.Column("paper_id", sa.Uuid(), nullable=True),
        sa.Column("online_report_id", sa.Uuid(), nullable=True),
        sa.Column("waiver", sa.Text(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settled_by", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(
            ["online_report_id"], ["reports.id"], name=op.f("fk_written_reports_online_report_id")
        ),
        sa.ForeignKeyConstraint(
            ["paper_id"], ["incoming_papers.id"], name=op.f("fk_written_reports_paper_id")
        ),
        sa.ForeignKeyConstraint(["report_id"], ["reports.id"], name=op.f("fk_written_reports_report_id")),
        sa.ForeignKeyConstraint(["settled_by"], ["users.id"], name=op.f("fk_written_reports_settled_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_reports")),
        sa.UniqueConstraint("report_id", "obligation", name=op.f("uq_written_reports_report_id_obligation")),
    )
    op.create_index(
        "ix_written_reports_due",
        "written_reports",
        ["jurisdiction", "due_at"],
        unique=False,
        postgresql_where=sa.text("state = 'due'"),
    )
    op.add_column("report_answers", sa.Column("stamp", sa.Text(), nullable=True))
    op.add_column("reports", sa.Column("channel", sa.Text(), server_default="telephone", nullable=False))
    op.add_column("reports", sa.Column("restriction", sa.LargeBinary(), nullable=True))
    op.add_column("reports", sa.Column("restricted_by", sa.Uuid(), nullable=True))
    op.add_column("reports", sa.Column("restricted_at", sa.DateTime(timezone=True), nullable=True))
    op.create_foreign_key(op.f("fk_reports_restricted_by"), "reports", "users", ["restricted_by"], ["id"])
    op.add_column("track_decisions", sa.Column("supersedes_id", sa.Uuid(), nullable=True))
    op.add_column("track_decisions", sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True))
    op.drop_constraint(op.f("uq_track_decisions_report_id"), "track_decisions", type_="unique")
    op.create_index(op.f("ix_track_decisions_report_id"), "track_decisions", ["report_id"], unique=False)
    op.create_index(
        "uq_track_decisions_holding",
        "track_decisions",
        ["report_id"],
        unique=True,
        postgresql_where=sa.text("superseded_at is null"),
    )
    op.create_foreign_key(
        op.f("fk_track_decisions_supersedes_id"),
        "track_decisions",
        "track_decisions",
        ["supersedes_id"],
        ["id"],
    )


def downgrade() -> None:
    op.drop_constraint(op.f("fk_track_decisions_supersedes_id"), "track_decisions", type_="foreignkey")
    op.drop_index(
        "uq_track_decisions_holding",
        table_name="track_decisions",
        postgresql_where=sa.text("superseded_at is null"),
    )
    op.drop_index(op.f("ix_track_decisions_report_id"), table_name="track_decisions")
    op.create_unique_constraint(
        op.f("uq_track_decisions_report_id"),
        "track_decisions",
        ["report_id"],
        postgresql_nulls_not_distinct=False,
    )
    op.drop_column("track_decisions", "superseded_at")
    op.drop_column("track_decisions", "supersedes_id")
    op.drop_constraint(op.f("fk_reports_restricted_by"), "reports", type_="foreignkey")
    op.drop_column("reports", "restricted_at")
    op.drop_column("reports", "restricted_by")
    op.drop_column("reports", "restriction")
    op.drop_column("reports", "channel")
    op.drop_column("report_answers", "stamp")
    op.drop_index(
        "ix_written_reports_due", table_name="written_reports", postgresql_where=sa.text("state = 'due'")
    )
    op.drop_table("written_reports")
    op.drop_index(op.f("ix_reviews_report_id"), table_name="reviews")
    op.drop_table("reviews")
    op.drop_index(op.f("ix_review_acts_report_id"), table_name="review_acts")
    op.drop_table("review_acts")
    op.drop_index(op.f("ix_attachments_report_id"), table_name="attachments")
    op.drop_index(op.f("ix_attachments_paper_id"), table_name="attachments")
    op.drop_table("attachments")
    op.drop_index(op.f("ix_report_reasons_report_id"), table_name="report_reasons")
    op.drop_table("report_reasons")
    op.drop_index(
        "ix_report_people_searched",
        table_name="report_people",
        postgresql_using="gin",
        postgresql_ops={"searched": "gin_trgm_ops"},
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_index(op.f("ix_report_people_report_id"), table_name="report_people")
    op.drop_index(
        "ix_report_people_keys",
        table_name="report_people",
        postgresql_using="gin",
        postgresql_with={"fastupdate": "off"},
    )
    op.drop_table("report_people")
    op.drop_index(op.f("ix_report_links_other_id"), table_name="report_links")
    op.drop_table("report_links")
    op.drop_index(op.f("ix_report_collaterals_report_id"), table_name="report_collaterals")
    op.drop_table("report_collaterals")
    op.drop_index(op.f("ix_report_calls_call_id"), table_name="report_calls")
    op.drop_table("report_calls")
    op.drop_index(op.f("ix_report_additions_report_id"), table_name="report_additions")
    op.drop_table("report_additions")
    op.drop_index(
        "ix_online_reports_sent", table_name="online_reports", postgresql_where=sa.text("state = 'sent'")
    )
    op.drop_index(
        "ix_online_reports_open", table_name="online_reports", postgresql_where=sa.text("state = 'writing'")
    )
    op.drop_table("online_reports")
    op.drop_index(
        "ix_incoming_papers_waiting",
        table_name="incoming_papers",
        postgresql_where=sa.text("settled_at is null"),
    )
    op.drop_index(op.f("ix_incoming_papers_report_id"), table_name="incoming_papers")
    op.drop_table("incoming_papers")
    op.drop_table("call_referrals")
    op.drop_table("services")
    op.drop_table("online_tallies")
