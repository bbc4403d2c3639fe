# The program in a small image: the Debian package, built from these sources and installed with what it
# declares. See docs/install.md, "In a container".
FROM debian:bookworm AS build
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
WORKDIR /source
# What building needs changes seldom: a layer of its own.
COPY tools/setup tools/setup
COPY tools/duckdb tools/duckdb
COPY tools/report tools/report
# Debian's stable packages change for repairs only, which are wanted.
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates make && \
    tools/setup package
COPY . .
# Seconds since 1970, for the same bytes each time; where it is not given the version's day stands in.
ARG SOURCE_DATE_EPOCH
RUN make package

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN --mount=type=bind,from=build,source=/source/build/package,target=/package \
    groupadd --system --gid 10001 github-stats && \
    useradd --system --uid 10001 --gid 10001 --home-dir /data --no-create-home --shell /usr/sbin/nologin github-stats && \
    apt-get update && \
    apt-get install -y --no-install-recommends /package/*.deb && \
    rm -rf /var/lib/apt/lists/* && \
    install -d -m 750 -o github-stats -g github-stats /data
LABEL org.opencontainers.image.title="github-stats" \
      org.opencontainers.image.description="Statistics of a GitHub organisation's pull requests" \
      org.opencontainers.image.licenses="MIT"
# Store, warehouse and reports, unless settings say otherwise.
WORKDIR /data
VOLUME /data
USER 10001:10001
# Where /healthz is; ":9464" lets Prometheus in as well.
ENV METRICS_ADDRESS=127.0.0.1:9464
HEALTHCHECK --interval=1m --timeout=10s --start-period=30s \
  CMD ["github-stats", "healthcheck", "--quiet"]
ENTRYPOINT ["github-stats"]
CMD ["scheduled", "--no-progress"]
