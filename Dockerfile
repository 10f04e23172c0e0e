# One binary and one data folder. Build: docker build -t yishi .   Run: docker run -p 8080:8080 -v yishi:/data yishi
FROM rust:1.95-bookworm AS build
WORKDIR /src
COPY . .
RUN cargo build --release --locked --package yishi-server --package yishi-verify

FROM debian:bookworm-slim
RUN useradd --system --uid 10001 yishi && install -d -o yishi -g yishi /data
COPY --from=build /src/target/release/yishi /src/target/release/yishi-verify /usr/local/bin/
USER yishi
VOLUME /data
EXPOSE 8080
ENTRYPOINT ["yishi"]
CMD ["serve", "--data", "/data", "--listen", "0.0.0.0:8080"]
