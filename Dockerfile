# docker build -t cnnc . && docker run --rm -v "$PWD:/work" cnnc check net.yaml
FROM swift:6.2-bookworm AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends libyaml-dev libturbojpeg0-dev libpng-dev zlib1g-dev pkg-config make \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /cnnc
# What the package depends on is fetched before the sources come, so that an edit does not fetch it again.
COPY Package.swift ./
RUN swift package resolve
COPY . .
RUN make install PREFIX=/usr DESTDIR=/installed

FROM debian:bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends libyaml-0-2 libturbojpeg0 libpng16-16 zlib1g libstdc++6 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --create-home cnnc
COPY --from=build /installed/usr /usr
USER cnnc
WORKDIR /work
ENTRYPOINT ["cnnc"]
CMD ["--help"]
