#!/bin/sh
# Checks what `make setup` cannot install itself; says in one line what is missing and how to get it.
set -eu
python=${PYTHON:-python3}

if [ "$(uname -s) $(uname -m)" != "Linux x86_64" ]; then
  echo "the local servers need Linux on x86-64, this is $(uname -s) on $(uname -m): use docker compose up" >&2
  exit 1
fi

missing=""
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || missing="$missing python3"
"$python" -c 'import ensurepip, venv' 2>/dev/null || missing="$missing python3-venv"
libraries=$(PATH="$PATH:/sbin:/usr/sbin" ldconfig -p)
case $libraries in *libcurl.so.4\ *) ;; *) missing="$missing libcurl4" ;; esac
case $libraries in *libssl.so.3\ *) ;; *) missing="$missing libssl3" ;; esac

if [ -n "$missing" ]; then
  echo "missing:$missing (Python 3.11 or later; another one than $python: make setup PYTHON=…). On Debian 12 or Ubuntu: sudo apt-get install$missing" >&2
  exit 1
fi
