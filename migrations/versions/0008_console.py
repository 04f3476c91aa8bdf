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


def downgrade() -> None:
    op.drop_constraint(op.f("fk_reports_restricted_by"), "reports", type_="foreignkey")
    op.drop_column("reports", "restricted_at")
    op.drop_column("reports", "restricted_by")
    op.drop_column("reports", "restriction")
    op.drop_column("reports", "channel")
