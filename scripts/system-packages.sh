#!/usr/bin/env bash
# Make sure that the commands the build needs are there: install Debian's packages when we may (root or password-less
# sudo), else say which line to run.
set -euo pipefail

python=${PYTHON:-python3}
missing=()
command -v g++ >/dev/null || missing+=(g++)
command -v perl >/dev/null || missing+=(perl)
command -v "$python" >/dev/null || missing+=(python3)
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
# cocotb runs Python inside the simulator; Debian keeps the shared library for that in a package of its own.
if [[ $(command -v "$python") == /usr/bin/* ]]; then
  version=$("$python" -c 'import sys; print("{}.{}".format(*sys.version_info))')
  compgen -G "/usr/lib/*/libpython$version.so.1*" >/dev/null || missing+=("libpython$version")
fi
[ ${#missing[@]} -eq 0 ] && exit 0

if [ "$(id -u)" -eq 0 ]; then
  sudo=()
elif command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
  sudo=(sudo)
else
  echo "These packages are missing: ${missing[*]}" >&2
  echo "Install them, for example with: sudo apt-get install ${missing[*]}" >&2
  exit 1
fi
if ! command -v apt-get >/dev/null; then
  echo "These programs are missing and there is no apt-get to install them: ${missing[*]}" >&2
  exit 1
fi
echo "Installing ${missing[*]}"
"${sudo[@]}" apt-get update -qq
DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
