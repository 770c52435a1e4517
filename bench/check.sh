#!/usr/bin/env bash
# The processor time of `nnc check` on a file of 1 000 lines, process start included: bench/check.sh [RUNS]
# Writes artifacts/bench/check.nnet (ten parts of a hundred lines, which differ in names and sizes) and prints the least and
# the median of the runs. Processor time, since that is what another process on the machine disturbs least. Exit code 1 when
# the median is over 300 ms.
set -euo pipefail
root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
runs=${1:-20}
file=$root/artifacts/bench/check.nnet

part() {
    local i=$1
    cat <<PART
/// Two convolutions with a shortcut, option A where the shapes change (part $i).
layer block_$i(out: dim, stride: int = 1)(x: real[N, C, H, W]) -> real[N, out, (H - 1) / stride + 1, (W - 1) / stride + 1] {
  c1 = conv2d(out, kernel: 3, stride: stride, pad: 1, bias: false)
  b1 = batch_norm()
  c2 = conv2d(out, kernel: 3, pad: 1, bias: false)
  b2 = batch_norm()
  main = x |> c1 |> b1 |> relu |> c2 |> b2
  skip = if stride == 1 and C == out then x else widen_$i(x, out: out, stride: stride)
  return relu(main + skip)
}

/// Every \`stride\`-th row and column, and zero channels before and after.
fn widen_$i(x: real[N, C, H, W], out: dim, stride: int) {
  dim before = (out - C) / 2
  dim I = (H - 1) / stride + 1
  dim J = (W - 1) / stride + 1
  sampled[n, c, i in I, j in J] = x[n, c, i * stride, j * stride]
  return concat(fill(0, [N, before, I, J]), sampled, fill(0, [N, out - C - before, I, J]), axis: 1)
}

/// Residual stages that halve the image and double the channels.
model Residual$i {
  input  image : real[N, 3, 32, 32]
  target label : int[N]

  unroll s in 3 {
    a[s] = a[s-1] |> block_$i($((8 + i)) * 2^s, stride: if s == 0 then 1 else 2)
    a[-1] = image |> conv2d($((8 + i)), kernel: 3, pad: 1) |> batch_norm() |> relu
  }
  logits = mean(a[2], axis: [2, 3]) |> dense($((10 * i)))

  output probabilities = softmax(logits)
  loss = cross_entropy(logits, label)
  metric accuracy = mean(argmax(logits) == label)
}

train Residual$i {
  data = idx("data/images$i")
  optimizer = momentum(rate: 0.1, mu: 0.9)
  regularize = l2(1e-4, over: "*.W")
  schedule = cosine(total: 40)
  batch = 64
  epochs = 40
}

/// An affine map with a gain for each unit.
layer scaled_$i(out: dim)(x: real[..., D]) -> real[..., out] {
  param V : real[D, out] ~ glorot_uniform
  param g : real[out] = 1
  param b : real[out] = 0
  length = sqrt(sum(V^2, axis: 0))
  return g * (x @ V) / length + b
}

/// A smooth gate, and the part of the values it lets through.
fn gate_$i(a, b, slope: real = 0.$i) = sigmoid(slope * a) * b + (1 - sigmoid(slope * a)) * max(b, 0)

fn smooth_$i(logits: real[N, C], y: int[N], eps: real) -> real {
  lp = log_softmax(logits)
  picked[n] = lp[n, y[n]]
  return -(1 - eps) * mean(picked) - eps * mean(lp)
}

/// A perceptron on a table, with normed layers.
model Table$i {
  input  x : real[N, $((16 + i))]
  target y : int[N]

  h1 = x |> scaled_$i($((32 * i))) |> layer_norm() |> tanh
  h2 = gate_$i(h1 |> dense($((16 * i))), h1 |> dense($((16 * i)))) |> dropout(0.25)
  h3 = h2 |> dense(16, init: he_normal) |> relu
  logits = h3 |> dense(5)

  output logits
  loss = smooth_$i(logits, y, 0.1)
  metric accuracy = mean(argmax(logits) == y)
}

train Table$i {
  data = csv("data/table$i.csv", x: columns(0, $((16 + i))), y: "label")
  split = holdout(0.8)
  normalize = z_score
  optimizer = adamw(rate: 1e-3, decay: 0.02)
  batch = 32
  epochs = 20
}

/// Convolution and pooling with a dense head.
model Stack$i {
  input  image : real[N, 1, $((28 + 4 * i)), 28]

  features = image
    |> conv2d(6, kernel: 5, pad: 2) |> tanh |> avg_pool2d(2)
    |> conv2d(16, kernel: 5)        |> tanh |> avg_pool2d(2)
    |> batch_norm()

  // The map's size follows the image's height.
  output score = features |> flatten |> dense(84) |> tanh |> dense(10)
}

PART
}

mkdir -p "$(dirname "$file")"
for i in 1 2 3 4 5 6 7 8 9 10; do part "$i"; done >"$file"
"$root/nnc" check "$file"
printf '%s lines, processor time of %s runs: ' "$(wc -l <"$file")" "$runs"
TIMEFORMAT='%U %S'
for ((run = 0; run < runs; run++)); do
    { time "$root/nnc" check "$file" >/dev/null 2>&1; } 2>&1
done | awk '{ print 1000 * ($1 + $2) }' | sort -n | awk '
    { ms[NR] = $1 }
    END { median = ms[int((NR + 1) / 2)]; printf "least %d ms, median %d ms\n", ms[1], median; exit median > 300 }'
