# One image for all processes: `web` (pages, API, health) and `refresher` (reads the exchanges). It holds no secret and runs
# no Postgres. DATABASE_URL names one. The base is pinned by tag. Pin it by digest for your builds:
# `docker buildx imagetools inspect python:3.11-slim-bookworm` prints the digest.

FROM python:3.11-slim-bookworm AS packages
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --require-hashes --no-deps --requirement requirements.txt \
    && /opt/venv/bin/pip check
# Static files are compressed here once. Compressing the largest script takes 50 ms at each request.
COPY deploy/pack_static.py ./
RUN /opt/venv/bin/python pack_static.py

FROM python:3.11-slim-bookworm
# Processes only write to /tmp. The root may be read-only, with a tmpfs on /tmp.
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    HOME=/tmp \
    STILLFRAME_HOME=/tmp/stillframe \
    PORT=8501
RUN useradd --system --uid 10001 --no-create-home --home-dir /tmp --shell /usr/sbin/nologin stillframe
COPY --from=packages /opt/venv /opt/venv
WORKDIR /app
COPY app.py server.py ./
COPY .streamlit .streamlit
COPY analysis analysis
COPY api api
COPY db db
COPY domain domain
COPY exchanges exchanges
COPY logs logs
COPY pages pages
COPY refresher refresher
COPY signin signin
COPY web web
COPY deploy/entrypoint.sh deploy/healthcheck.py deploy/
RUN python -m compileall -q analysis api db domain exchanges logs pages refresher signin web app.py server.py
USER 10001
EXPOSE 8501
STOPSIGNAL SIGTERM
# A thread answers the health check here, also while the event loop is blocked.
ENV STILLFRAME_HEALTH_PORT=8502
HEALTHCHECK --interval=15s --timeout=5s --start-period=40s --retries=3 CMD ["python", "/app/deploy/healthcheck.py"]
ENTRYPOINT ["/app/deploy/entrypoint.sh"]
CMD ["web"]
