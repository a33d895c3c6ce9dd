#!/usr/bin/env bash
# Make sure that the commands the build needs are there: install Debian's packages when we may (root or password-less
# sudo), else say which line to run.
#
#   system-packages.sh          what building and serving needs; without it, it fails
#   system-packages.sh tests    the servers and the browser that tests start; tests are skipped where they are missing
set -euo pipefail

python=${PYTHON:-python3}
missing=()
if [ "${1:-}" = tests ]; then
  # Debian keeps PostgreSQL's programs off the path.
  command -v initdb >/dev/null || compgen -G "/usr/lib/postgresql/*/bin/initdb" >/dev/null || missing+=(postgresql)
  command -v valkey-server >/dev/null || command -v redis-server >/dev/null || missing+=(redis-server)
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null ||
    missing+=(chromium)
else
  command -v g++ >/dev/null || missing+=(g++)
  command -v perl >/dev/null || missing+=(perl)
  command -v "$python" >/dev/null || missing+=(python3)
  "$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
  # cocotb runs Python inside the simulator; Debian keeps the shared library for that in a package of its own.
  if [[ $(command -v "$python") == /usr/bin/* ]]; then
    version=$("$python" -c 'import sys; print("{}.{}".format(*sys.version_info))')
    compgen -G "/usr/lib/*/libpython$version.so.1*" >/dev/null || missing+=("libpython$version")
  fi
fi
[ ${#missing[@]} -eq 0 ] && exit 0

# Without the packages of the tests there is less to test, but no reason to stop.
wanted=${1:-build}
refused() {
  echo "$1: ${missing[*]}" >&2
  [ "$wanted" = tests ] || exit 1
  echo "The tests that start them will be skipped." >&2
  exit 0
}

if [ "$(id -u)" -eq 0 ]; then
  sudo=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  sudo=(sudo)
else
  refused "Missing packages; install them, for example with sudo apt-get install"
fi
command -v apt-get >/dev/null || refused "Missing programs, and there is no apt-get to install their packages"
echo "Installing ${missing[*]}"
if [ "$wanted" = tests ]; then
  echo "Debian may start PostgreSQL and Redis as services: the tests start their own and leave those alone."
fi
"${sudo[@]}" apt-get update -qq || refused "Could not read the list of packages, to install"
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null ||
  refused "Could not install"
