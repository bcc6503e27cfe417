# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrate. Built in two steps, so that no build tool is in it.
FROM python:3.13-slim AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
RUN python -m venv /opt/venv
COPY requirements-uv.lock requirements.lock /tmp/
RUN pip install --require-hashes --requirement /tmp/requirements-uv.lock \
 && uv pip sync --python /opt/venv/bin/python --require-hashes --compile-bytecode /tmp/requirements.lock

FROM python:3.13-slim
RUN apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 gettext \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --user-group --no-create-home --home-dir /tmp clausier \
 && install --directory --owner clausier --group clausier /srv/files
COPY --from=packages /opt/venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp HOST=0.0.0.0 PORT=8000 \
    STATIC_ROOT=/srv/static MEDIA_ROOT=/srv/files
WORKDIR /srv/clausier
COPY . .
# Neither command touches a service; the values only have to be there.
RUN export SECRET_KEY=$(python -c "import secrets; print(secrets.token_urlsafe(60))") \
    DATABASE_URL=postgresql://nobody@localhost/none REDIS_URL=redis://localhost \
 && python manage.py compilemessages --verbosity 0 \
 && python manage.py collectstatic --no-input --verbosity 0
USER clausier
EXPOSE 8000
CMD ["gunicorn", "--config", "config/gunicorn.py", "config.wsgi"]
