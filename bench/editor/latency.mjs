// How soon the language server answers in a file of 1 000 lines: diagnostics after a keystroke, completion, hover, and what an
// editor asks after each change. Prints milliseconds over the wire, median and 95th percentile, and the server's mean processor time.
//
//     bench/editor/run.sh [--keys 200] [--lines 1000]
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Editor, Session } from '../../editors/tests/support.mjs';
import { program } from './program.mjs';

const option = (name, value) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] || value);
const keys = process.argv.includes('--keys') ? option('keys', 200) : 200;
const lines = process.argv.includes('--lines') ? option('lines', 1000) : 1000;

let session;
const times = new Map();
const processor = new Map();
async function timed(name, action) {
  const start = performance.now();
  const used = processorTime(session.process);
  const result = await action();
  if (!times.has(name)) times.set(name, []);
  times.get(name).push(performance.now() - start);
  processor.set(name, (processor.get(name) ?? 0) + processorTime(session.process) - used);
  return result;
}

/** The processor time that a process has used, in ms, by steps of 10: other work on the machine does not count. */
function processorTime(process) {
  const fields = readFileSync(`/proc/${process.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}

/** The memory of a process, in MB. */
function memory(process) {
  const status = readFileSync(`/proc/${process.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)[1]) / 1024;
}

const folder = mkdtempSync(join(tmpdir(), 'nnc-latency-'));
const closers = [() => rmSync(folder, { recursive: true })];
try {
  const text = program(lines);
  const path = join(folder, 'large.nnet');
  writeFileSync(path, text);
  const started = performance.now();
  session = await Session.start({ after: close => closers.unshift(close) }, folder, { textDocument: { publishDiagnostics: { versionSupport: true } } });
  times.set('start to initialized', [performance.now() - started]);
  processor.set('start to initialized', processorTime(session.process));
  const capabilities = session.initialized.capabilities;
  const editor = new Editor(session, path, text);
  await timed('diagnostics after opening', () => editor.diagnostics());
  const whole = { start: { line: 0, character: 0 }, end: editor.positionOf(text.length) };

  // A new line in the middle of the file is typed, key by key, and taken back.
  const typed = '  typed = hidden |> dense(32) |> tanh\n';
  for (let i = 0; i < keys; i++) {
    const at = editor.at('\n  loss = ', { nth: 1 + i % 10 });
    const place = { line: at.line + 1, character: 0 };
    const column = i % typed.length;
    const end = editor.type(place, typed.slice(0, column));
    await editor.diagnostics();
    await timed('diagnostics after a keystroke', () => {
      const key = editor.type(end, typed[column]);
      return editor.diagnostics(key);
    });
    if (capabilities.completionProvider) {
      editor.type(end, ' ');
      await timed('completion after a keystroke', () => editor.ask('textDocument/completion', { position: { line: end.line, character: end.character + 1 } }));
      await timed('completion again', () => editor.ask('textDocument/completion', { position: { line: end.line, character: end.character + 1 } }));
    }

    if (capabilities.hoverProvider) await timed('hover', () => editor.ask('textDocument/hover', { position: editor.at('logits', { nth: 1 + i % 30 }) }));
    if (capabilities.semanticTokensProvider) await timed('semantic tokens', () => editor.ask('textDocument/semanticTokens/full'));
    if (capabilities.inlayHintProvider) await timed('inlay hints', () => editor.ask('textDocument/inlayHint', { range: whole }));
    if (capabilities.codeLensProvider) await timed('code lenses', () => editor.ask('textDocument/codeLens'));
    await timed('symbols', () => editor.ask('textDocument/documentSymbol'));
    await timed('formatting', () => editor.ask('textDocument/formatting', { options: { tabSize: 2, insertSpaces: true } }));
    editor.replace({ start: place, end: editor.positionOf(editor.offsetOf(place) + editor.text.length - text.length) }, '');
  }

  const stored = memory(session.process);
  const percentile = (values, share) => [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))];
  console.log(`${text.split('\n').length - 1} lines, ${keys} keystrokes, ${stored.toFixed(0)} MB\n`);
  console.log(`${'ms'.padEnd(32)}${['median', 'p95', 'max', 'processor'].map(h => h.padStart(10)).join('')}`);
  for (const [name, values] of times) {
    const columns = [...[0.5, 0.95, 1].map(p => percentile(values, p)), processor.get(name) / values.length];
    console.log(name.padEnd(32) + columns.map(v => v.toFixed(1).padStart(10)).join(''));
  }
} finally {
  for (const close of closers) await close();
}
