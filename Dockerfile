# One image for the four services and the command line; docker-compose.yml says which container runs what.

FROM node:24-bookworm-slim AS manifests
COPY . /source
# Only these decide what is installed: the layer below is kept while nothing but code changes.
RUN cd /source && mkdir /manifests && cp package-lock.json .npmrc /manifests/ \
 && find . -name package.json -not -path '*/node_modules/*' -exec cp --parents {} /manifests/ \;

# The dashboard needs its build tools once; the image below gets what they make.
FROM node:24-bookworm-slim AS dashboard
WORKDIR /app
COPY --from=manifests /manifests ./
RUN npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error
COPY . .
RUN node apps/dashboard/build/main.ts

FROM node:24-bookworm-slim
# The agent-runner asks git about repositories that it watches.
RUN command -v git >/dev/null || (apt-get update -qq \
 && apt-get install -y -qq --no-install-recommends git ca-certificates && rm -rf /var/lib/apt/lists/*)
WORKDIR /app
COPY --from=manifests /manifests ./
# Optional are the Node and the PostgreSQL for machines that have none; here both are given.
RUN npm install --no-save --ignore-scripts --no-audit --no-fund --loglevel=error --omit=dev --omit=optional \
 && npm cache clean --force --loglevel=error
COPY . .
COPY --from=dashboard /app/apps/dashboard/dist apps/dashboard/dist
RUN printf '#!/bin/sh\nexec node /app/apps/cli/src/main.ts "$@"\n' >/usr/local/bin/telltale && chmod 755 /usr/local/bin/telltale
# A new volume takes the owner and the rights of the folder it is mounted on.
RUN mkdir -m 700 -p /var/lib/telltale /var/lib/telltale/artifacts && chown -R node:node /var/lib/telltale
USER node
CMD ["telltale", "--help"]
