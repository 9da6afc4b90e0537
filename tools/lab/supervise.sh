#!/bin/sh
# supervise NAME CMD...: run a daemon of a machine and start it again when it ends, at most 50 times.
# It leads a session, so its process group is the daemon and itself.
name=$1
shift
mkdir -p /run/lab
echo $$ > "/run/lab/$name.pid"
left=50
while [ $left -gt 0 ]; do
  "$@"
  echo "supervise: $name ended with $?, $left starts left"
  left=$((left - 1))
  sleep 0.3
done
rm -f "/run/lab/$name.pid"
