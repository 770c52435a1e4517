// The extension's package, and the pages of its panel as Chromium shows them.
import { before, test } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { missing, root, temporaryFolder, tool } from './support.mjs';

const extension = join(root, 'editors/vscode');
const manifest = JSON.parse(readFileSync(join(extension, 'package.json'), 'utf8'));
const chromium = ['--headless=new', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--force-color-profile=srgb'];

let pages;

before(async () => {
  execFileSync('npm', ['run', '--silent', 'bundle-panel'], { cwd: extension });
  pages = await import(pathToFileURL(join(extension, 'out/panel.mjs')).href);
});

/** A page in Chromium: the text that a reader sees. */
function read(t, html) {
  const file = join(temporaryFolder(t), 'page.html');
  writeFileSync(file, html);
  return execFileSync('chromium', [...chromium, '--dump-dom', pathToFileURL(file).href], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    .replace(/<style>.*?<\/style>/s, '').replace(/<\/(tr|h1|h2|p|dt)>/g, '\n').replace(/<[^>]*>/g, ' ')
    .replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').replace(/ +/g, ' ');
}

/** A picture of a page, kept in the manual where NNC_ACCEPT says so. */
function picture(t, html, name, height) {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'page.html'), html);
  const file = join(folder, 'page.png');
  spawnSync('chromium', [...chromium, `--window-size=1000,${height}`, `--screenshot=${file}`, pathToFileURL(join(folder, 'page.html')).href]);
  const png = readFileSync(file);
  assert.ok(png.length > 10_000, `${png.length} bytes of picture`);
  if (process.env.NNC_ACCEPT === '1' && !process.env.CI) writeFileSync(join(root, 'docs/images', `${name}.png`), png);
}

test('the package holds the extension and nothing else', t => {
  execFileSync('npm', ['run', '--silent', 'package'], { cwd: extension, stdio: 'ignore' });
  const listed = execFileSync('python3', ['-c', 'import sys, zipfile; print("\\n".join(sorted(zipfile.ZipFile(sys.argv[1]).namelist())))', join(extension, 'out/nnet.vsix')], { encoding: 'utf8' });
  assert.deepEqual(listed.trim().split('\n'), [
    '[Content_Types].xml', 'extension.vsixmanifest', 'extension/LICENSE.txt', 'extension/language-configuration.json', 'extension/out/extension.js',
    'extension/package.json', 'extension/readme.md', 'extension/syntaxes/nnet.tmLanguage.json',
  ]);
});

test('every command of the manifest is registered, and every menu names one', () => {
  const source = readFileSync(join(extension, 'src/extension.ts'), 'utf8');
  const commands = manifest.contributes.commands.map(c => c.command);
  commands.forEach(c => assert.ok(source.includes(`'${c}'`), c));
  Object.values(manifest.contributes.menus).flat().forEach(m => assert.ok(commands.includes(m.command), m.command));
});

test('the gradient as a page', { skip: missing('chromium', 'chromium') }, async t => {
  const html = pages.page(await pages.report(tool, 'gradient', join(root, 'examples/rnn/rnn.nnet')));
  const text = read(t, html);
  assert.match(text, /Gradient of loss in Rnn/);
  assert.match(text, /∂loss\/∂U\s*=\s*Σ\s*\[t\]/);
  assert.doesNotMatch(html, /<script/);
  picture(t, html, 'panel-gradient', 820);
});

test('the summary as a page', { skip: missing('chromium', 'chromium') }, async t => {
  const html = pages.page(await pages.report(tool, 'summary', join(root, 'examples/lenet/lenet.nnet')));
  assert.match(read(t, html), /parameters\s+61,706/);
  picture(t, html, 'panel-summary', 620);
});

test('the schedule as a page', { skip: missing('chromium', 'chromium') }, async t => {
  const html = pages.page(await pages.report(tool, 'schedule', join(root, 'examples/rnn/rnn.nnet')));
  assert.match(read(t, html), /inputs before the loop\s+applied/);
  picture(t, html, 'panel-schedule', 820);
});

test('the graph as a page', { skip: missing('chromium', 'chromium') }, async t => {
  const html = pages.page(await pages.report(tool, 'graph', join(root, 'examples/rnn/rnn.nnet')));
  assert.match(read(t, html), /Graph of rnn\.nnet[^]*text\s+int\[N, T \+ 1\]/);
  assert.doesNotMatch(html, /<script/);
  picture(t, html, 'panel-graph', 620);
});

test('a file that has errors, and a tool that is not there, say so', { skip: missing('chromium', 'chromium') }, async t => {
  const file = join(temporaryFolder(t), 'bad.nnet');
  writeFileSync(file, 'model <M> {\n');
  const bad = pages.page(await pages.report(tool, 'gradient', file));
  assert.match(read(t, bad), /There is no gradient to show\s+error\[NN/);
  assert.match(read(t, bad), /model <M> \{/);
  assert.match(read(t, pages.page(await pages.report('/nowhere/nnc', 'summary', file))), /\/nowhere\/nnc cannot be run/);
});
