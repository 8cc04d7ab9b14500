#!/usr/bin/env bash
# Starts MongoDB as a replica set with authentication: the keyfile must belong to mongod and nobody else may read it.
set -euo pipefail

keyfile=/data/configdb/keyfile
printf '%s' "${MONGO_KEYFILE_SECRET:?}" >"$keyfile"
chmod 400 "$keyfile"
chown mongodb:mongodb "$keyfile"
unset MONGO_KEYFILE_SECRET
exec docker-entrypoint.sh mongod --replSet rs0 --keyFile "$keyfile" --bind_ip_all "$@"
