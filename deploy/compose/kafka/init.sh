#!/usr/bin/env bash
# Creates the topics and the access rules of Apache Kafka; running it again changes nothing.
#
# Each service may write and read its own topics, read those it consumes, and use consumer groups that begin with its
# name. Reads KAFKA_BOOTSTRAP, KAFKA_ADMIN_PASSWORD, KAFKA_REPLICATION (default 1), TOPICS (the table) and KAFKA_BIN.
set -euo pipefail
umask 077

bin=${KAFKA_BIN:-/opt/kafka/bin}
topics=${TOPICS:-/etc/bedarfswerk/topics.txt}
day_ms=$((24 * 3600 * 1000))
client=$(mktemp)
trap 'rm -f "$client"' EXIT
cat >"$client" <<END
security.protocol=SASL_PLAINTEXT
sasl.mechanism=PLAIN
sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \
username="admin" password="${KAFKA_ADMIN_PASSWORD:?}";
END
reach=(--bootstrap-server "${KAFKA_BOOTSTRAP:?}" --command-config "$client")

allow() { # allow SERVICE OPTION...
  local service=$1
  shift
  "$bin/kafka-acls.sh" "${reach[@]}" --add --allow-principal "User:$service" "$@" >/dev/null
}

declare -A writes reads groups
while read -r topic partitions readers; do
  [[ -z $topic || $topic == \#* ]] && continue
  echo "topic $topic"
  "$bin/kafka-topics.sh" "${reach[@]}" --create --if-not-exists --topic "$topic" \
    --partitions "$partitions" --replication-factor "${KAFKA_REPLICATION:-1}" \
    --config cleanup.policy=compact --config segment.ms="$day_ms" --config max.compaction.lag.ms=$((6 * day_ms)) \
    --config max.message.bytes=1048588 >/dev/null
  writes[${topic%%.*}]=yes
  for reader in ${readers//,/ }; do
    [[ $reader == - ]] || reads[$reader]+=" --topic $topic"
  done
done <"$topics"

for service in "${!writes[@]}"; do
  echo "$service writes $service.*"
  allow "$service" --resource-pattern-type prefixed --topic "$service." \
    --operation Write --operation Read --operation Create --operation Describe --operation DescribeConfigs
  groups[$service]=yes
done
for service in "${!reads[@]}"; do
  echo "$service reads${reads[$service]//--topic /}"
  # shellcheck disable=SC2086 # one word for each option is meant
  allow "$service" --operation Read --operation Describe ${reads[$service]}
  groups[$service]=yes
done
for service in "${!groups[@]}"; do
  echo "$service uses the groups $service*"
  allow "$service" --resource-pattern-type prefixed --group "$service" --operation Read --operation Describe
done
echo "topics and rules are in place"
