// One round of one workload's inference in onnxruntime-node: ort_peer.js MODEL.onnx SHAPE THREADS SECONDS. Prints a JSON object.
// The call into the package costs some microseconds, which `overhead_ms` (an empty model's call) tells apart where it was exported.
'use strict';
const ort = require('onnxruntime-node');
const [file, shape, threads, seconds] = process.argv.slice(2);
async function main() {
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['cpu'], intraOpNumThreads: +threads, interOpNumThreads: 1, executionMode: 'sequential', graphOptimizationLevel: 'all',
  });
  const dims = shape.split('x').map(Number), count = dims.reduce((a, b) => a * b, 1);
  const feeds = { x: new ort.Tensor('float32', Float32Array.from({ length: count }, () => Math.random() - 0.5), dims) };
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
