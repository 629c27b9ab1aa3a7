"""The embedded Postgres, used without a DATABASE_URL. Its data is in STILLFRAME_HOME/postgres."""

from db.embedded.account import EmbeddedPostgresError, EmbeddedPostgresFailed
from db.embedded.cluster import Cluster, State
from db.embedded.sharing import use_cluster

__all__ = ["Cluster", "EmbeddedPostgresError", "EmbeddedPostgresFailed", "State", "use_cluster"]
