#!/usr/bin/env bash
# Measures the language server in a file of 1 000 lines (latency.mjs).
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd)
out=$root/artifacts/tool

# shellcheck source=../../build/setup.sh
. "$root/build/setup.sh"
ensure_tool
[ -e "$root/editors/tests/node_modules/.package-lock.json" ] || (cd "$root/editors/tests" && npm ci --silent)
exec node "$root/bench/editor/latency.mjs" "$@"
