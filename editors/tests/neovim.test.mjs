// Headless Neovim, as Debian has it, with the plugin and the real server.
import { test } from 'node:test';
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { here, missing, root, temporaryFolder, tool } from './support.mjs';

const program = `/// Digits.
model Digits {
  input  image : real[N, 784]
  target digit : int[N]
  hidden = image |> dense(32) |> tanh
  logits = hidden |> dense(10)
  output probabilities = softmax(logits)
  loss = cross_entropy(logits, digit)
}
`;

test('a session in Neovim', { skip: missing('nvim', 'neovim') }, t => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'digits.nnet');
  writeFileSync(file, program);
  const run = spawnSync('nvim', [
    '--headless', '-u', 'NONE', '-i', 'NONE', '--cmd', `set runtimepath^=${join(root, 'editors/neovim')}`,
    '--cmd', 'let g:nnc_no_setup = 1', '--cmd', 'filetype plugin indent on', '--cmd', 'syntax on', '-c', `luafile ${join(here, 'neovim.lua')}`,
  ], { encoding: 'utf8', timeout: 120_000, env: { ...process.env, NNC_FILE: file, NNC_TOOL: tool, XDG_STATE_HOME: folder, XDG_CACHE_HOME: folder } });
  assert.equal(run.status, 0, run.stdout + run.stderr);
  assert.equal(run.stdout.match(/^ok - /gm).length, 15, run.stdout);
});
