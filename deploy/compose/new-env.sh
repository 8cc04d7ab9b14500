#!/bin/sh
# Makes .env from .env.example with fresh secrets, and deploy/compose/secrets/caller.pem, the key that signs callers' tokens.
# Needs openssl. Refuses to replace what is there.
set -eu
umask 077
cd "$(dirname "$0")/../.."

[ ! -e .env ] || { echo ".env is there already: remove it first, if its secrets are not in use" >&2; exit 1; }
key=deploy/compose/secrets/caller.pem
mkdir -p deploy/compose/secrets
[ -e "$key" ] || openssl genpkey -algorithm ed25519 -out "$key"
# The raw key is the last 32 bytes of its DER form.
public=$(openssl pkey -in "$key" -pubout -outform DER | tail -c 32 | openssl base64 -A)

while IFS= read -r line; do
  case $line in
    CALLER_PUBLIC_KEYS=) echo "$line$public" ;;
    SMTP_USER= | SMTP_PASSWORD= | TRUSTED_PROXIES= | TILE_URL= | TILE_ATTRIBUTION=) echo "$line" ;;
    [A-Z]*=) echo "$line$(openssl rand -hex 32)" ;;
    *) printf '%s\n' "$line" ;;
  esac
done <.env.example >.env.new
mv .env.new .env
echo "made .env and $key; now: docker compose up --build --detach"
