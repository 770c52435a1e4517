// The syntax file of Vim and Neovim.
import { builtins, clauses, conditions, constants, declarations, kinds, operators, statements, types } from './words.mjs';

const begin = '\\%(^\\|[{;]\\)\\s*\\zs';
const name = '[A-Za-z_\\u0370-\\u03FF][A-Za-z0-9_\\u0370-\\u03FF]*'.replace(/\\u([0-9A-F]{4})/g, (_, code) => String.fromCodePoint(parseInt(code, 16)));
const any = words => `\\%(${words.join('\\|')}\\)`;

export const syntax = `" Colours of .nnet. Written by editors/grammar/generate; do not edit.
scriptencoding utf-8
if exists('b:current_syntax')
  finish
endif

syntax match nnetNumber /\\v<\\d[0-9_]*%(\\.\\d[0-9_]*)?%([eE][+-]?\\d+)?>/
syntax match nnetSign /|>\\|->\\|[=!<>]=\\|[-+*/%@^~=<>]/
syntax match nnetCall /${name}\\ze\\s*(/
syntax match nnetStage /\\%(|>\\s*\\)\\@<=${name}\\%(\\.${name}\\)*/
syntax match nnetArgument /[(,]\\s*\\zs${name}\\ze\\s*:/
syntax match nnetStatement /${begin}${any(statements)}\\ze\\s\\+["A-Za-z0-9_(\\[-]/
syntax match nnetStatement /${begin}loss\\ze\\s*=/
syntax match nnetDeclaration /${begin}${any(declarations)}\\ze\\s\\+/ nextgroup=nnetDeclared skipwhite
syntax match nnetDeclared /${name}/ contained
syntax match nnetClause /[A-Za-z0-9_)\\]}"]\\s\\+\\zs${any(clauses)}\\ze\\%(\\s\\|$\\)/
syntax match nnetKind /:\\s*\\zs${any(kinds)}\\ze\\s*[,)=]/
syntax match nnetType /\\<${any(types)}\\>\\ze\\%(\\s*[\\[,)=~{]\\|\\s*$\\)/
syntax keyword nnetConditional ${conditions.join(' ')}
syntax keyword nnetWord ${operators.join(' ')}
syntax keyword nnetBoolean ${constants.join(' ')}
syntax match nnetBuiltin /\\<${any(builtins)}\\>\\ze\\%(\\s*[:(]\\)\\@!/
syntax region nnetString start=/"/ skip=/\\\\./ end=/"\\|$/ oneline contains=nnetEscape
syntax match nnetEscape /\\\\./ contained
syntax match nnetComment "//.*$" contains=@Spell
syntax match nnetDocumentation "///.*$" contains=@Spell

highlight default link nnetNumber Number
highlight default link nnetSign Operator
highlight default link nnetCall Function
highlight default link nnetStage Function
highlight default link nnetArgument Identifier
highlight default link nnetStatement Keyword
highlight default link nnetDeclaration Keyword
highlight default link nnetDeclared Structure
highlight default link nnetClause Keyword
highlight default link nnetKind Type
highlight default link nnetType Type
highlight default link nnetConditional Conditional
highlight default link nnetWord Operator
highlight default link nnetBoolean Boolean
highlight default link nnetBuiltin Constant
highlight default link nnetString String
highlight default link nnetEscape SpecialChar
highlight default link nnetComment Comment
highlight default link nnetDocumentation SpecialComment

let b:current_syntax = 'nnet'
`;
