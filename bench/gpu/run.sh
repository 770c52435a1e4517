#!/usr/bin/env bash
# nnc against PyTorch on this machine's NVIDIA GPU: see compare.py --help, which this calls with its arguments.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
exec "${PYTHON:-python3}" bench/gpu/compare.py "$@"
