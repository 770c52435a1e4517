// A session with the real server by the client library that VS Code's is built on.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CancellationTokenSource } from 'vscode-jsonrpc/node.js';
import { Editor, root, Session, temporaryFolder } from './support.mjs';

const program = `/// Digits. 🎵
model Digits {
  input  image : real[N, 784]
  target digit : int[N]
  hidden = image |> dense(32) |> tanh
  logits = hidden |> dense(10)
  output probabilities = softmax(logits)
  loss = cross_entropy(logits, digit)
}
`;

/** The capabilities that real clients have and this session makes use of. */
const capabilities = {
  textDocument: {
    completion: { completionItem: { snippetSupport: true } },
    codeAction: { codeActionLiteralSupport: { codeActionKind: { valueSet: ['quickfix'] } } },
    hover: { contentFormat: ['markdown'] },
    publishDiagnostics: { relatedInformation: true, versionSupport: true, codeDescriptionSupport: true },
  },
  workspace: { workspaceEdit: { documentChanges: true } },
};

/** The edits of one document, in either form that the protocol has. */
const editsOf = (change, uri) => change.changes?.[uri] ?? change.documentChanges.filter(c => c.textDocument.uri === uri).flatMap(c => c.edits);

async function open(t, text = program) {
  const folder = temporaryFolder(t);
  const path = join(folder, 'digits.nnet');
  writeFileSync(path, text);
  const session = await Session.start(t, folder, capabilities);
  return { session, folder, editor: new Editor(session, path, text) };
}

test('diagnostics follow the typing, with places in UTF-16', async t => {
  const { editor } = await open(t);
  assert.deepEqual(await editor.diagnostics(), []);

  const before = editor.at('logits)', { nth: 1 });
  editor.replace({ start: before, end: editor.at('logits)', { nth: 1, end: true }) }, '/* 🎵 */');
  assert.notDeepEqual(await editor.diagnostics(), []);
  editor.replace({ start: before, end: { line: before.line, character: before.character + '/* 🎵 */'.length } }, 'logitz)');
  const [found, ...others] = await editor.diagnostics();
  assert.deepEqual(others, []);
  assert.equal(found.code, 'NN0101');
  assert.deepEqual(found.range, { start: before, end: { line: before.line, character: before.character + 6 } });
});

test('half-typed lines have one diagnostic, and the rest of the file has its answers', async t => {
  const { editor } = await open(t);
  const end = editor.at('loss = ');
  editor.type(end, 'spare = hidden |> dense(\n  ');
  assert.deepEqual((await editor.diagnostics()).map(d => d.code), ['NN0310', 'NN0002']);
  assert.ok((await editor.ask('textDocument/documentSymbol')).length > 0);
});

test('hover, definition, references and symbols', async t => {
  const { editor, session } = await open(t);
  const hover = await editor.ask('textDocument/hover', { position: editor.at('hidden') });
  assert.match(hover.contents.value, /real\[N, 32\]/);

  const found = await editor.ask('textDocument/definition', { position: editor.at('softmax') });
  const place = Array.isArray(found) ? found[0] : found;
  assert.match(place.uri ?? place.targetUri, /^file:\/\/\/.*\/stdlib\/\w+\.nnet$/);
  const uses = await editor.ask('textDocument/references', { position: editor.at('logits'), context: { includeDeclaration: true } });
  assert.equal(uses.length, 3);
  assert.equal((await editor.ask('textDocument/documentHighlight', { position: editor.at('logits') })).length, 3);
  assert.ok((await session.connection.sendRequest('workspace/symbol', { query: 'Dig' })).some(s => s.name === 'Digits'));
});

test('what an editor shows beside the text', async t => {
  const { editor } = await open(t);
  const whole = { start: { line: 0, character: 0 }, end: editor.positionOf(editor.text.length) };
  const hints = await editor.ask('textDocument/inlayHint', { range: whole });
  assert.ok(hints.some(h => JSON.stringify(h.label).includes('real[N, 32]')), JSON.stringify(hints));
  const tokens = await editor.ask('textDocument/semanticTokens/full');
  assert.ok(tokens.data.length > 0 && tokens.data.length % 5 === 0);
  assert.ok((await editor.ask('textDocument/foldingRange')).some(f => f.startLine === 1));
  const [selection] = await editor.ask('textDocument/selectionRange', { positions: [editor.at('softmax')] });
  assert.ok(selection.parent);
  const help = await editor.ask('textDocument/signatureHelp', { position: editor.at('dense(32', { end: true }) });
  assert.match(help.signatures[0].label, /dense/);
});

test('every command of a code lens is one that the editors have', async t => {
  const { editor } = await open(t);
  const lenses = await editor.ask('textDocument/codeLens');
  const commands = lenses.map(l => l.command).filter(c => c.command !== '');
  assert.deepEqual(commands.map(c => c.command).sort(), ['nnc.showGradient', 'nnc.showSchedule', 'nnc.showSummary']);
  const manifest = JSON.parse(readFileSync(join(root, 'editors/vscode/package.json'), 'utf8'));
  const plugin = readFileSync(join(root, 'editors/neovim/lua/nnc/init.lua'), 'utf8');
  for (const { command, arguments: given } of commands) {
    assert.deepEqual(given, [editor.uri, 'Digits']);
    assert.ok(manifest.contributes.commands.some(c => c.command === command), command);
    assert.ok(plugin.includes(`vim.lsp.commands['${command}']`), command);
  }
});

test('completion offers what stands in scope, and a choice is typed in', async t => {
  const { editor } = await open(t);
  const end = editor.at('  loss = ');
  editor.type(end, '  extra = hid\n');
  const answer = await editor.ask('textDocument/completion', { position: editor.at('extra = hid', { end: true }) });
  const items = answer.items ?? answer;
  assert.ok(items.some(i => i.label === 'hidden'), items.map(i => i.label).join(' '));
});

test('rename changes every use and nothing else', async t => {
  const { editor } = await open(t);
  const position = editor.at('hidden');
  assert.ok(await editor.ask('textDocument/prepareRename', { position }));
  const change = await editor.ask('textDocument/rename', { position, newName: 'features' });
  editor.apply(editsOf(change, editor.uri));
  assert.equal(editor.text, program.replaceAll('hidden', 'features'));
  assert.deepEqual(await editor.diagnostics(), []);
});

test('formatting gives the one style', async t => {
  const { editor } = await open(t, program.replaceAll(' = ', '='));
  editor.apply(await editor.ask('textDocument/formatting', { options: { tabSize: 8, insertSpaces: false } }));
  assert.equal(editor.text, program);
  assert.deepEqual(await editor.ask('textDocument/formatting', { options: { tabSize: 8, insertSpaces: false } }), []);
});

test('a quick fix mends a misspelt name', async t => {
  const { editor } = await open(t, program.replace('softmax', 'sofmax'));
  const diagnostics = await editor.diagnostics();
  const range = diagnostics[0].range;
  const actions = await editor.ask('textDocument/codeAction', { range, context: { diagnostics } });
  const fix = actions.find(a => a.kind === 'quickfix');
  editor.apply(editsOf(fix.edit, editor.uri));
  assert.equal(editor.text, program);
  assert.deepEqual(await editor.diagnostics(), []);
});

test('a cancelled request ends as cancelled, and the session goes on', async t => {
  const { editor, session } = await open(t);
  const outcomes = await Promise.all(Array.from({ length: 40 }, async () => {
    const source = new CancellationTokenSource();
    const answer = session.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri: editor.uri } }, source.token);
    source.cancel();
    return answer.then(() => 'answered', error => error.code);
  }));
  assert.deepEqual(outcomes.filter(o => o !== 'answered' && o !== -32800), []);
  assert.deepEqual(await editor.diagnostics(), []);
});

test('shutdown and exit end the process with 0, a closed stream with 1', async t => {
  const { session } = await open(t);
  assert.equal(await session.stop(), 0);

  const other = await open(t);
  await other.editor.diagnostics();
  other.session.process.stdin.end();
  assert.equal(await other.session.exit, 1);
});
