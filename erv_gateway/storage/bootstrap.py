"""What the superuser of an embedded PostgreSQL does once: roles that can log in, and the database."""

from erv_gateway.storage import connection
from erv_gateway.storage.connection import translate
from erv_gateway.storage.queries import load

SQL = load("bootstrap", "roles", "has_database", "create_database", "own_schema_rights")


async def create_roles_and_database(maintenance_dsn: str, database_dsn: str) -> None:
    """Idempotent. On a server of one's own the administrator does this, see docs of `migrations/0001`."""
    with translate():
        first = await connection.connect(maintenance_dsn)
        try:
            await first.execute(SQL.roles)
            if not await first.fetchval(SQL.has_database):
                await first.execute(SQL.create_database)
        finally:
            await first.close()
        second = await connection.connect(database_dsn)
        try:
            await second.execute(SQL.own_schema_rights)
        finally:
            await second.close()
