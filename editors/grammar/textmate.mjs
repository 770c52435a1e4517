// The TextMate grammar: for VS Code, and for every editor and site that reads such grammars.
import { builtins, clauses, conditions, constants, declarations, kinds, name, operators, statements, types } from './words.mjs';

const any = words => `(?:${words.join('|')})`;
const word = words => `(?<![\\w.])${any(words)}(?!\\w)`;
/** A statement begins on its line, or after a brace or a semicolon. */
const start = '(?:^|(?<=[{;]))\\s*';

const pattern = (match, ...names) => typeof names[0] === 'string' && names.length === 1
  ? { match, name: names[0] }
  : { match, captures: Object.fromEntries(names.map((n, i) => [i + 1, { name: n }])) };

export const grammar = {
  name: 'nnet',
  scopeName: 'source.nnet',
  fileTypes: ['nnet'],
  patterns: ['comments', 'strings', 'declarations', 'statements', 'words', 'numbers', 'calls', 'names', 'signs'].map(n => ({ include: `#${n}` })),
  repository: {
    comments: { patterns: [
      pattern('///.*$', 'comment.line.documentation.nnet'),
      pattern('//.*$', 'comment.line.double-slash.nnet'),
    ] },
    strings: { patterns: [{
      name: 'string.quoted.double.nnet', begin: '"', end: '"|$',
      patterns: [pattern('\\\\.', 'constant.character.escape.nnet')],
    }] },
    declarations: { patterns: [
      pattern(`${start}(${any(declarations)})\\s+(${name})`, 'keyword.declaration.nnet', 'entity.name.type.nnet'),
    ] },
    statements: { patterns: [
      // A soft word is a name where it is one: `loss = …` is the statement, `state[t] = …` an equation.
      pattern(`${start}(recur|unroll)\\s+(${name})`, 'keyword.control.loop.nnet', 'variable.other.index.nnet'),
      pattern(`${start}(${any(statements)})(?=\\s+[\\w"\\u0370-\\u03FF(\\[-]|\\s*$)`, 'keyword.other.nnet'),
      pattern(`${start}(loss)(?=\\s*=)`, 'keyword.other.nnet'),
    ] },
    words: { patterns: [
      pattern(`(?<=:)\\s*(${any(kinds)})(?=\\s*[,)=])`, 'storage.type.nnet'),
      pattern(word(conditions), 'keyword.control.conditional.nnet'),
      pattern(word(operators), 'keyword.operator.word.nnet'),
      pattern(word(constants), 'constant.language.nnet'),
      pattern(`${word(builtins)}(?!\\s*[:(])`, 'variable.language.nnet'),
      pattern(`${word(types)}(?=\\s*\\[|\\s*[,)=~{]|\\s*$)`, 'storage.type.nnet'),
      pattern(`(?<=[\\w)\\]}"]\\s)\\s*(${any(clauses)})(?=\\s|$)`, 'keyword.other.clause.nnet'),
    ] },
    numbers: { patterns: [
      pattern('(?<![\\w.])\\d[\\d_]*(?:\\.\\d[\\d_]*)?(?:[eE][+-]?\\d+)?(?!\\w)', 'constant.numeric.nnet'),
    ] },
    calls: { patterns: [
      pattern(`(${name})(?=\\s*\\()`, 'entity.name.function.nnet'),
      pattern(`(\\|>)\\s*(${name}(?:\\.${name})*)`, 'keyword.operator.pipe.nnet', 'entity.name.function.nnet'),
    ] },
    names: { patterns: [
      pattern(`(?<=[(,\\s])(${name})(?=:\\s)`, 'variable.parameter.nnet'),
      pattern(`${name}'?`, 'variable.other.nnet'),
    ] },
    signs: { patterns: [
      pattern('\\|>', 'keyword.operator.pipe.nnet'),
      pattern('->', 'keyword.operator.arrow.nnet'),
      pattern('[=!<>]=|[<>]', 'keyword.operator.comparison.nnet'),
      pattern('[-+*/%@^~]', 'keyword.operator.arithmetic.nnet'),
      pattern('=', 'keyword.operator.assignment.nnet'),
    ] },
  },
};
