# One image for every service of docker-compose.yml.
FROM python:3.13-slim
WORKDIR /app
COPY requirements.lock pyproject.toml README.md ./
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY domain domain
COPY projections projections
COPY api api
COPY workers workers
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && useradd --create-home asiapolku \
    && mkdir -p /data/attachments && chown asiapolku /data/attachments
USER asiapolku
