"""Connection parameters for the queue of work, whose library connects with psycopg 3 instead of SQLAlchemy."""

from db.embedded import use_cluster
from db.engine import KEEPALIVE, database_settings, database_url
from db.roles import QUEUE, WRITER
from db.settings import DatabaseSettings


def queue_parameters(settings: DatabaseSettings | None = None) -> dict[str, str | int]:
    """The parameters of libpq for the writer's login, with the queue's schema as the only one in the search path."""
    settings = settings or database_settings()
    url = settings.writer_url or settings.url
    if url is None:
        url = database_url(settings)
        use_cluster(settings.home)
    role = [] if settings.writer_url is not None else [f"role={WRITER}"]
    options = [*role, f"search_path={QUEUE}", "TimeZone=UTC", f"lock_timeout={settings.lock_timeout}s"]
    query = {name: str(value) for name, value in url.query.items()}
    own_options = query.pop("options", "")
    named = {"host": url.host, "port": url.port, "user": url.username, "password": url.password, "dbname": url.database}
    return {
        **{name: value for name, value in named.items() if value is not None},
        **query,
        **KEEPALIVE,
        "application_name": "stillframe-queue",
        "connect_timeout": settings.connect_timeout,
        "options": " ".join([own_options, *(f"-c {option}" for option in options)]).strip(),
    }
