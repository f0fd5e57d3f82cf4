# Build: docker build -t erv-gateway .
# Run:   docker run --init --read-only --tmpfs /tmp -p 8480:8480 -v erv-data:/data \
#          -v ./erv-gateway.toml:/etc/erv-gateway.toml:ro erv-gateway
# To be reached from outside the container, the settings need [web] host = "0.0.0.0" with TLS certificate and key.
FROM python:3.13-slim-bookworm AS build
WORKDIR /src
COPY requirements.lock requirements-build.lock ./
RUN python -m venv /opt/erv && python -m venv /opt/build \
    && /opt/erv/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements.lock \
    && /opt/build/bin/pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements-build.lock
COPY pyproject.toml README.md LICENSE ./
COPY osci ./osci
COPY xjustiz ./xjustiz
COPY certs ./certs
COPY erv_gateway ./erv_gateway
COPY ops/verifier ./ops/verifier
RUN /opt/build/bin/pip wheel --no-cache-dir --no-build-isolation --no-deps --wheel-dir /wheel . \
    && /opt/erv/bin/pip install --no-cache-dir --no-deps /wheel/*.whl

FROM python:3.13-slim-bookworm
RUN groupadd --system --gid 10001 erv && useradd --system --uid 10001 --gid erv --home-dir /data erv \
    && install -d -o erv -g erv -m 0700 /data
COPY --from=build /opt/erv /opt/erv
ENV PATH=/opt/erv/bin:$PATH PYTHONDONTWRITEBYTECODE=1 ERV_CONFIG=/etc/erv-gateway.toml XDG_DATA_HOME=/data
# A number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8480
ENTRYPOINT ["erv-gateway"]
CMD ["run"]
