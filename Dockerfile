# One image for web, worker and beat; docker-compose.yml says which is which.
FROM python:3.11-slim-bookworm

# WeasyPrint draws text with Pango. The typeface of the reports comes with the project.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*

WORKDIR /app
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes -r requirements.txt
COPY . .
RUN python -m compileall -q . \
    && useradd --system --uid 10001 --no-create-home bou \
    && install -d -o bou -g bou /var/lib/bou

# Everything the portal writes lies in BOU_VAR; the rest of the file system may be read-only.
ENV BOU_VAR=/var/lib/bou PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 XDG_CACHE_HOME=/tmp HOME=/tmp
USER bou
VOLUME /var/lib/bou
EXPOSE 8000
# --preload opens the port when pages can be served, and shares memory. Its heartbeat files belong in memory.
CMD ["gunicorn", "bou_portal.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--threads", "4", "--preload", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
