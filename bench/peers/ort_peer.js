// One round of one workload's inference in onnxruntime-node: ort_peer.js MODEL THREADS SECONDS, with MODEL.onnx and MODEL.json as
// ort_export.py writes them. Prints a JSON object.

'use strict';
const ort = require('onnxruntime-node');
const fs = require('fs');
const [model, threads, seconds] = process.argv.slice(2);
async function main() {
  const session = await ort.InferenceSession.create(model + '.onnx', {
    executionProviders: ['cpu'], intraOpNumThreads: +threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all',
  });
  const { type, sizes } = JSON.parse(fs.readFileSync(model + '.json', 'utf8')), count = sizes.reduce((a, b) => a * b, 1);
  const data = type === 'int64' ? BigInt64Array.from({ length: count }, () => BigInt(Math.floor(Math.random() * 96)))
    : Float32Array.from({ length: count }, () => Math.random() - 0.5);
  const feeds = { x: new ort.Tensor(type, data, sizes) };
  for (let i = 0; i < 20; i++) await session.run(feeds);
  const times = [], end = performance.now() + seconds * 1e3;
  for (;;) {
    const a = performance.now(); await session.run(feeds); const b = performance.now();
    times.push(b - a);
    if (b > end && times.length >= 7) break;
  }
  times.sort((a, b) => a - b);
  console.log(JSON.stringify({ peer: 'onnxruntime-node', forms: { session: { min_ms: times[0], median_ms: times[times.length >> 1], calls: times.length } } }));
  process.exit(0);
}
main();
