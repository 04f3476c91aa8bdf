"""What a report knows since it can be searched, reviewed, returned, added to and sent in online."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
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
