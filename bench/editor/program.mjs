// A program of about as many lines as wished: layers, recurrences and models of the kinds that people write.

const part = n => `
/// A block with a way around it.
layer block_${n}(width: dim, rate: real = 0.1)(x: real[N, D]) -> real[N, width] {
  param W : real[D, width] ~ glorot_uniform
  param V : real[width, width] ~ glorot_uniform
  param b, c : real[width] = 0
  inner = tanh(x @ W + b)
  gate = sigmoid(inner @ V + c)
  return gate * inner + (1 - gate) * tanh(inner)
}

/// A cell that forgets, equation by equation.
layer cell_${n}(hidden: dim)(x: real[N, T, D]) -> real[N, T, hidden] {
  param Wf, Wi, Wc, Wo : real[hidden + D, hidden] ~ glorot_uniform
  param bf : real[hidden] = 1
  param bi, bc, bo : real[hidden] = 0
  recur t in T {
    z[t] = [h[t-1], x[:, t]]
    f[t] = sigmoid(z[t] @ Wf + bf)
    i[t] = sigmoid(z[t] @ Wi + bi)
    c[t] = f[t] * c[t-1] + i[t] * tanh(z[t] @ Wc + bc)
    o[t] = sigmoid(z[t] @ Wo + bo)
    h[t] = o[t] * tanh(c[t])
    h[-1] = 0
    c[-1] = 0
  }
  return h
}

/// Pictures and sequences, in one.
model Model${n} {
  input image : real[N, 1, 28, 28]
  input sequence : real[N, T, 12]
  target digit : int[N]

  features = image
    |> conv2d(6, kernel: 5, pad: 2) |> tanh |> avg_pool2d(2)
    |> conv2d(16, kernel: 5) |> tanh |> avg_pool2d(2)
    |> flatten
  states = sequence |> cell_${n}(24)
  joined = [features, states[:, last]]
  hidden = joined |> block_${n}(64) |> block_${n}(48) |> dense(32) |> tanh
  logits = hidden |> dense(10)

  output probabilities = softmax(logits)
  loss = cross_entropy(logits, digit)
  metric accuracy = mean(argmax(logits) == digit)
}
`;

/** The program, which has no errors. */
export function program(lines) {
  let text = '// Made for measuring the language server.\n';
  for (let n = 1; text.split('\n').length + part(n).split('\n').length - 2 <= lines; n++) text += part(n);
  while (text.split('\n').length <= lines) text += '// The last lines.\n';
  return text;
}
