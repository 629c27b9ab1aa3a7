"""Viewers, sessions, API tokens and audit rows. Existing databases stay open to the local viewer (mode 'off')."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

_NOW = sa.text("now()")


def upgrade() -> None:
    _create_mode()
    _create_viewers()
    _create_tokens()
    _create_records()


def _create_mode() -> None:
    op.create_table(
        "sign_in_mode",
        sa.Column("id", sa.Integer(), server_default=sa.text("1"), autoincrement=False, nullable=False),
        sa.Column("mode", sa.Text(), server_default=sa.text("'off'"), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("sign_in_mode_single_check")),
        sa.CheckConstraint("mode IN ('off', 'oidc', 'password', 'proxy')", name=op.f("sign_in_mode_mode_check")),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_in_mode_pkey")),
    )
    op.execute("INSERT INTO sign_in_mode DEFAULT VALUES")


def _create_viewers() -> None:
    op.create_table(
        "viewer",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("is_admin", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=True),
        _moment("created_at", server_default=_NOW),
        sa.PrimaryKeyConstraint("name", name=op.f("viewer_pkey")),
    )
    op.create_table(
        "viewer_account",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("viewer_account_account_id_fkey"), ondelete="CASCADE"
        ),
        _viewer("viewer_account"),
        sa.PrimaryKeyConstraint("account_id", "viewer", name=op.f("viewer_account_pkey")),
    )
    op.create_index(op.f("viewer_account_viewer_idx"), "viewer_account", ["viewer"])


def _create_tokens() -> None:
    op.create_table(
        "session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        _moment("created_at", server_default=_NOW),
        _moment("seen_at", server_default=_NOW),
        _moment("expires_at"),
        _moment("ended_at", nullable=True),
        _viewer("session"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("session_pkey")),
    )
    op.create_table(
        "api_token",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("scopes", postgresql.ARRAY(sa.Text()), server_default=sa.text("'{read}'::text[]"), nullable=False),
        _moment("created_at", server_default=_NOW),
        _moment("expires_at", nullable=True),
        _moment("used_at", nullable=True),
        _moment("revoked_at", nullable=True),
        sa.CheckConstraint("scopes <@ '{read,status,refresh}'::text[]", name=op.f("api_token_scopes_check")),
        _viewer("api_token"),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("api_token_pkey")),
    )
    for table in ("session", "api_token"):
        op.create_index(op.f(f"{table}_viewer_idx"), table, ["viewer"])


def _create_records() -> None:
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _moment("at", server_default=_NOW),
        sa.Column("viewer", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("sign_in_attempt_pkey")),
    )
    for column in ("viewer", "address"):
        op.create_index(op.f(f"sign_in_attempt_{column}_at_idx"), "sign_in_attempt", [column, "at"])
    op.create_table(
        "audit",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        _moment("at", server_default=_NOW),
        sa.Column("viewer", sa.Text(), nullable=True),
        sa.Column("address", sa.Text(), nullable=True),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("audit_pkey")),
    )
    op.create_index(op.f("audit_at_idx"), "audit", ["at"])


def _viewer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["viewer"], ["viewer.name"], name=op.f(f"{table}_viewer_fkey"), onupdate="CASCADE", ondelete="CASCADE"
    )


def _moment(name: str, *, nullable: bool = False, server_default: sa.TextClause | None = None) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable, server_default=server_default)


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
