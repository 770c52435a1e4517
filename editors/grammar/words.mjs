// The words of .nnet, read from the lexer that the compiler's parser is made with: a word that the language gains is coloured
// without anybody thinking of it.
import { readFileSync } from 'node:fs';

const lexer = readFileSync(new URL('../../grammar/NNetLexer.g4', import.meta.url), 'utf8');

/** The words between one comment of the lexer's and the next. */
function section(title) {
  const start = lexer.indexOf(`// ${title}`);
  if (start < 0) throw new Error(`the lexer has no section "${title}"`);
  const end = lexer.indexOf('\n//', start + 1);
  return [...lexer.slice(start, end).matchAll(/:\s*'([a-z]+)'\s*;/g)].map(m => m[1]);
}

const reserved = section('Reserved words');
const soft = section('Soft words');
const among = (words, some) => some.map(word => {
  if (!words.includes(word)) throw new Error(`"${word}" is no longer a word of the language`);
  return word;
});

/** Words that hold a value's place. */
export const constants = among(reserved, ['true', 'false']);
/** Words that join expressions. */
export const operators = among(reserved, ['and', 'or', 'not']);
/** Words that choose. */
export const conditions = among(reserved, ['if', 'then', 'else']);
/** Words that begin a block with a name. */
export const declarations = [...among(soft, ['model', 'layer', 'optimizer', 'train', 'entry']), ...among(reserved, ['fn'])];
/** Words within a statement, after its first. */
export const clauses = [...among(soft, ['as', 'at', 'until', 'over', 'frozen']), ...among(reserved, ['in'])];
/** Words that begin a statement. */
export const statements = [...soft, ...reserved].filter(w =>
  ![...constants, ...operators, ...conditions, ...declarations, ...clauses].includes(w));
/** Element types, and the kinds of arguments. */
export const types = ['real', 'int', 'bool'];
export const kinds = ['dim', 'layer', 'fn', 'instance', 'initializer', 'optimizer', 'string'];
/** Names that the language gives a meaning. */
export const builtins = ['training', 'step', 'inf', 'last'];
/** A name, as the lexer has it. */
export const name = '[A-Za-z_\\u0370-\\u03FF][A-Za-z0-9_\\u0370-\\u03FF]*';
