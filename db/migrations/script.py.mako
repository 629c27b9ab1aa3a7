"""${message}."""

from alembic import op
${imports if imports else "import sqlalchemy as sa"}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = None
depends_on = None


def upgrade() -> None:
    """${message}."""
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    """Not supported: restore the backup taken before the upgrade (docs/operations.md)."""
    raise NotImplementedError("a downgrade is not supported: restore the backup taken before the upgrade")
