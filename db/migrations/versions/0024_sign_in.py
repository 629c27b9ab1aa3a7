"""The web process as a user of its own, and an audit row for each request of a viewer."""

from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

# The owner's function writes the row: the reader cannot, and cannot write another name.
_FUNCTION = """
CREATE FUNCTION stillframe_audit_request() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    who text;
BEGIN
    SELECT name INTO who FROM public.stillframe_viewer();
    IF who IS NOT NULL THEN
        INSERT INTO public.audit (viewer, action, detail)
        VALUES (who, TG_ARGV[0], (SELECT account.name FROM public.account WHERE id = NEW.account_id));
    END IF;
    RETURN NULL;
END $$
"""

_TRIGGER = """
CREATE TRIGGER {table}_audit AFTER INSERT ON {table}
FOR EACH ROW EXECUTE FUNCTION stillframe_audit_request('{action}')
"""
_ACTIONS = {"refresh_request": "refresh requested", "edit_request": "change requested"}


def upgrade() -> None:
    op.execute("INSERT INTO viewer (name, is_admin) VALUES ('(web)', true) ON CONFLICT DO NOTHING")
    op.execute(_FUNCTION)
    op.execute("REVOKE ALL ON FUNCTION stillframe_audit_request() FROM PUBLIC")
    for table, action in _ACTIONS.items():
        op.execute(_TRIGGER.format(table=table, action=action))


def downgrade() -> None:
    raise NotImplementedError("restore a backup instead: going back would lose what was seen")
