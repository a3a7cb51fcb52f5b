# Two stages: the first installs, the second holds only what runs. One image serves web, worker, beat and migrate.
# The Python that the locks were resolved for.
FROM python:3.11-slim AS build
WORKDIR /build
COPY requirements/uv.lock requirements/run.lock requirements/
# An index of your own reaches uv and pip as build arguments or secrets, never as a line in this file.
RUN python -m venv /opt/lyceum/venv \
    && python -m venv /build/tools \
    && /build/tools/bin/pip install --no-cache-dir --require-hashes -r requirements/uv.lock \
    && /build/tools/bin/uv pip install --no-cache --compile-bytecode --python /opt/lyceum/venv/bin/python \
        --require-hashes --no-deps -r requirements/run.lock

FROM python:3.11-slim AS run
RUN groupadd --gid 10001 lyceum \
    && useradd --uid 10001 --gid lyceum --no-create-home --home-dir /var/lib/lyceum --shell /usr/sbin/nologin lyceum \
    && install --directory --owner=lyceum --group=lyceum --mode=0700 /var/lib/lyceum
COPY --from=build /opt/lyceum/venv /opt/lyceum/venv
WORKDIR /opt/lyceum/app
COPY manage.py ./
COPY src ./src
# The opening of the API page.
COPY docs/api.md ./docs/
ENV PATH=/opt/lyceum/venv/bin:$PATH \
    PYTHONPATH=/opt/lyceum/app/src \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=lyceum.config.settings \
    LYCEUM_ENV=production \
    LYCEUM_DATA=/var/lib/lyceum \
    STATIC_ROOT=/opt/lyceum/static
# Static files are part of the image. The key is made for this one command and kept nowhere.
RUN SECRET_KEY="$(python -c 'import secrets; print(secrets.token_urlsafe(48))')" \
    ALLOWED_HOSTS=localhost CORS_ALLOWED_ORIGINS=https://localhost FRONTEND_URL=https://localhost EMAIL_BACKEND=files \
    LYCEUM_DATA=/tmp/collect \
    python manage.py collectstatic --noinput --verbosity 0 \
    && rm -rf /tmp/collect
USER lyceum
VOLUME /var/lib/lyceum
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8000/healthz/', timeout=4)"]
STOPSIGNAL SIGTERM
CMD ["granian", "--interface", "asgi", "--loop", "asyncio", "--http", "1", "--no-ws", \
     "--http1-header-read-timeout", "15000", "--http1-buffer-size", "65536", \
     "--host", "0.0.0.0", "--port", "8000", "--workers", "2", \
     "--backlog", "2048", "--respawn-failed-workers", "--workers-kill-timeout", "20", \
     "--log-level", "warning", "lyceum.config.asgi:application"]
