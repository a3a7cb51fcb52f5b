"""The address of the suite's own database, for the processes that a test starts."""

from urllib.parse import quote

from django.db import connection


def database_address(name: str = "") -> str:
    """Return a DATABASE_URL on the server that the suite runs on; `name` is another database there.

    The host stands in the query, where a socket's folder can stand too.
    """
    given = connection.settings_dict
    person = quote(given["USER"])
    if given["PASSWORD"]:
        person += f":{quote(given['PASSWORD'])}"
    port = f":{given['PORT']}" if given["PORT"] else ""
    return f"postgres://{person}@{port}/{quote(name or given['NAME'])}?host={quote(given['HOST'], safe='/')}"
