// Writes the grammars under the folder that is named, each where its editor looks for it.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { grammar } from './textmate.mjs';
import { syntax } from './vim.mjs';

const write = (path, text) => {
  const file = join(process.argv[2], path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
};

write('vscode/syntaxes/nnet.tmLanguage.json', JSON.stringify(grammar, null, 2) + '\n');
write('neovim/syntax/nnet.vim', syntax);
