#!/usr/bin/env bash
# LeNet's shipped library: its size, and how long a new process waits for the first answer (README.md, "A shipped library").
# Fails where the library is over 200 kB or the first answer takes over 5 ms.
set -euo pipefail
cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.."
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
./nnc compile examples/lenet/lenet.nnet -o "$out" --cpu "${1:-native}" >/dev/null
cc -O2 -std=c99 -Wall -Wextra -I"$out" bench/library/first_inference.c -o "$out/first" -ldl
for _ in $(seq 21); do
    "$out/first" "$out/liblenet.so" "$out/lenet.safetensors"
done | sort -n >"$out/times"
read -r first steady < <(sed -n 11p "$out/times")
bytes=$(stat -c %s "$out/liblenet.so")
echo "library $bytes bytes; load and first inference $first ms (median of 21 processes); then $steady ms an image"
awk -v bytes="$bytes" -v first="$first" 'BEGIN { exit !(bytes < 200000 && first < 5) }'
