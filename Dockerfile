# The proxy, its Node and nothing else: no shell, no package manager, no root, and nothing that it writes to.
#
#   docker build -t outrigger .
#   docker run --rm --read-only -p 8080:8080 outrigger --from 0.0.0.0:8080 --to host.docker.internal:3000
#   docker run --rm --read-only -p 8080:8080 -v ./envoy.yaml:/etc/outrigger/envoy.yaml:ro outrigger
#
# The versions of all packages, that of Node included, are those of package-lock.json; the image of the first stage only has to run npm.
FROM node:26-slim AS build
WORKDIR /build
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY LICENSE NOTICE ./
COPY bin bin
COPY scripts scripts
COPY src src
COPY listeners listeners
COPY filters filters
COPY extensions extensions
COPY examples/quickstart/envoy.yaml examples/quickstart/envoy.yaml
RUN bin/node26 scripts/build.ts \
  && mkdir -p /out/node_modules /out/bin \
  && cp "$(bin/node26 -p process.execPath)" /out/node \
  && cp -r dist package.json LICENSE NOTICE /out/ \
  && cp bin/openssl.cnf /out/bin/ \
  && cp -r node_modules/koffi node_modules/@koromix /out/node_modules/ \
  && chmod -R a+rX /out

FROM gcr.io/distroless/cc-debian12
COPY --from=build /out /opt/outrigger
USER 1337:1337
# The flags are those of bin/outrigger, which needs a shell.
ENTRYPOINT ["/opt/outrigger/node", "--no-maglev", "--invocation-count-for-turbofan=600", "--max-semi-space-size=2", "--v8-pool-size=1", \
  "--openssl-config=/opt/outrigger/bin/openssl.cnf", "/opt/outrigger/dist/main.js"]
CMD ["-c", "/etc/outrigger/envoy.yaml"]
