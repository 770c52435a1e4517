// What the tests share: where things lie, the real server, snapshots.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import assert from 'node:assert/strict';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node.js';

export const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');
/** The tool as `./nnc` builds it. */
export const tool = join(root, 'artifacts', 'tool', 'nnc');

/** A folder that is gone after the test. */
export function temporaryFolder(test) {
  const folder = mkdtempSync(join(tmpdir(), 'nnc-editors-'));
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const installed = program => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;

/** A reason to leave a test out, where its program is not installed; on a build server that is a failure instead. */
export function missing(program, debianPackage) {
  if (installed(program) || process.env.CI) return false;
  return `${program} is not installed (Debian's package ${debianPackage})`;
}

/** Compares with a committed file; NNC_ACCEPT=1 writes it, but not on a build server. */
export function verify(received, name) {
  const path = join(here, `${name}.verified.txt`);
  if (process.env.NNC_ACCEPT === '1' && !process.env.CI) writeFileSync(path, received);
  assert.equal(received, existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\r\n', '\n') : '', `${path} (NNC_ACCEPT=1 accepts)`);
}

/** A document that is open in an editor: it changes as typing changes it, and the server is told each time. */
export class Editor {
  constructor(session, path, text) {
    this.session = session;
    this.uri = pathToFileURL(path).href;
    this.text = text;
    this.version = 1;
    session.connection.sendNotification('textDocument/didOpen', {
      textDocument: { uri: this.uri, languageId: 'nnet', version: 1, text },
    });
  }

  /** The position of a place: the start of `marked` where it stands for the n-th time, or its end. */
  at(marked, { end = false, nth = 1 } = {}) {
    let offset = -1;
    for (let i = 0; i < nth; i++) offset = this.text.indexOf(marked, offset + 1);
    assert.notEqual(offset, -1, `"${marked}" stands in the text`);
    return this.positionOf(offset + (end ? marked.length : 0));
  }

  positionOf(offset) {
    const before = this.text.slice(0, offset).split('\n');
    return { line: before.length - 1, character: before.at(-1).length };
  }

  offsetOf({ line, character }) {
    const lines = this.text.split('\n');
    return lines.slice(0, line).reduce((sum, l) => sum + l.length + 1, 0) + character;
  }

  /** Replaces a range, as one change. */
  replace(range, text) {
    this.text = this.text.slice(0, this.offsetOf(range.start)) + text + this.text.slice(this.offsetOf(range.end));
    this.version++;
    this.session.connection.sendNotification('textDocument/didChange', {
      textDocument: { uri: this.uri, version: this.version }, contentChanges: [{ range, text }],
    });
  }

  /** Types at a place, key by key; where the cursor stands afterwards. */
  type(position, text) {
    for (const key of text) {
      this.replace({ start: position, end: position }, key);
      position = this.positionOf(this.offsetOf(position) + key.length);
    }

    return position;
  }

  /** Makes edits that the server gave, last first, so that earlier places hold. */
  apply(edits) {
    const ordered = [...edits].sort((a, b) => this.offsetOf(b.range.start) - this.offsetOf(a.range.start));
    for (const edit of ordered) this.replace(edit.range, edit.newText);
  }

  ask(method, parameters = {}) {
    return this.session.connection.sendRequest(method, { textDocument: { uri: this.uri }, ...parameters });
  }

  /** The diagnostics of the text as it is now: those that come with its version. */
  async diagnostics() {
    for (;;) {
      const sent = this.session.published.get(this.uri);
      if (sent?.version === this.version) return sent.diagnostics;
      await this.session.nextPublished();
    }
  }
}

/** A session with the real server. */
export class Session {
  static async start(test, folder, capabilities = {}) {
    const session = new Session();
    session.process = spawn(tool, ['lsp', '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
    session.exit = new Promise(resolve => session.process.on('exit', resolve));
    session.connection = createMessageConnection(new StreamMessageReader(session.process.stdout), new StreamMessageWriter(session.process.stdin));
    session.published = new Map();
    session.waiting = [];
    session.connection.onNotification('textDocument/publishDiagnostics', sent => {
      session.published.set(sent.uri, sent);
      session.waiting.splice(0).forEach(resume => resume());
    });
    session.connection.listen();
    test.after(() => session.process.kill());
    session.initialized = await session.connection.sendRequest('initialize', {
      processId: process.pid, rootUri: null, capabilities, workspaceFolders: [{ uri: pathToFileURL(folder).href, name: 'work' }],
    });
    session.connection.sendNotification('initialized', {});
    return session;
  }

  nextPublished() {
    return new Promise(resolve => this.waiting.push(resolve));
  }

  /** Ends as an editor does; the server's exit code. */
  async stop() {
    await this.connection.sendRequest('shutdown');
    this.connection.sendNotification('exit');
    return this.exit;
  }
}
