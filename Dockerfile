# docker build -t vitae . && docker run -p 3000:3000 -v vitae:/data vitae
FROM debian:12 AS build
RUN apt-get update && apt-get install -y --no-install-recommends bash ca-certificates curl && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN bash -c '. bin/env && build'

FROM debian:12-slim
RUN apt-get update && apt-get install -y --no-install-recommends age ca-certificates postgresql-15 && rm -rf /var/lib/apt/lists/* \
    && useradd --system --create-home --home-dir /data vitae
COPY --from=build /src/target/release/vitae /usr/local/bin/vitae
USER vitae
WORKDIR /data
ENV VITAE_DATA_DIR=/data LEPTOS_SITE_ADDR=0.0.0.0:3000 PUBLIC_URL=http://127.0.0.1:3000
EXPOSE 3000
HEALTHCHECK CMD ["bash", "-c", "exec 3<>/dev/tcp/127.0.0.1/3000 && printf 'GET /readyz HTTP/1.0\\r\\n\\r\\n' >&3 && head -1 <&3 | grep -q 200"]
CMD ["vitae", "serve"]
