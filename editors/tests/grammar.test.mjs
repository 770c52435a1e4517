// The TextMate grammar, by the engine that VS Code reads it with.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import oniguruma from 'vscode-oniguruma';
import textmate from 'vscode-textmate';
import { here, root, verify } from './support.mjs';

const require = createRequire(import.meta.url);
await oniguruma.loadWASM(readFileSync(require.resolve('vscode-oniguruma/release/onig.wasm')));
const registry = new textmate.Registry({
  onigLib: Promise.resolve({ createOnigScanner: p => new oniguruma.OnigScanner(p), createOnigString: s => new oniguruma.OnigString(s) }),
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(join(root, 'editors/vscode/syntaxes/nnet.tmLanguage.json'), 'utf8'), 'nnet.json'),
});
const grammar = await registry.loadGrammar('source.nnet');

/** The tokens of a text, line by line: each with its innermost scope. */
function tokens(text) {
  let state = textmate.INITIAL;
  return text.split('\n').map(line => {
    const { tokens: found, ruleStack } = grammar.tokenizeLine(line, state);
    state = ruleStack;
    return found.map(t => ({ text: line.slice(t.startIndex, t.endIndex), scope: t.scopes.at(-1) }));
  });
}

test('a program with every kind of word is coloured so', () => {
  const program = readFileSync(join(here, 'colours.nnet'), 'utf8');
  const lines = program.split('\n').map((line, i) =>
    [line, ...tokens(program)[i].filter(t => t.text.trim() && t.scope !== 'source.nnet').map(t => `    ${t.text.trim().padEnd(24)} ${t.scope}`)].join('\n'));
  verify(lines.join('\n'), 'colours');
});

test('no program of the repository has a comment, a string or a reserved word that is missed', () => {
  const folders = ['stdlib', ...readdirSync(join(root, 'examples'), { withFileTypes: true }).filter(e => e.isDirectory()).map(e => join('examples', e.name))];
  let count = 0;
  for (const folder of folders) {
    for (const file of readdirSync(join(root, folder)).filter(f => f.endsWith('.nnet'))) {
      for (const line of tokens(readFileSync(join(root, folder, file), 'utf8'))) {
        for (const { text, scope } of line) {
          count++;
          if (text.trim().startsWith('//')) assert.match(scope, /^comment/, `${file}: ${text}`);
          if (/^\s*(param|recur|unroll|return|fn|if|then|else|and|or|not|in|true|false)\s*$/.test(text)) {
            assert.match(scope, /^(keyword|constant|storage)|^comment|^string/, `${file}: ${text}`);
          }
        }
      }
    }
  }
  assert.ok(count > 5000, `${count} tokens`);
});
