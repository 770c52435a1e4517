" Colours of .nnet. Written by editors/grammar/generate; do not edit.
scriptencoding utf-8
if exists('b:current_syntax')
  finish
endif

syntax match nnetNumber /\v<\d[0-9_]*%(\.\d[0-9_]*)?%([eE][+-]?\d+)?>/
syntax match nnetSign /|>\|->\|[=!<>]=\|[-+*/%@^~=<>]/
syntax match nnetCall /[A-Za-z_Ͱ-Ͽ][A-Za-z0-9_Ͱ-Ͽ]*\ze\s*(/
syntax match nnetStage /\%(|>\s*\)\@<=[A-Za-z_Ͱ-Ͽ][A-Za-z0-9_Ͱ-Ͽ]*\%(\.[A-Za-z_Ͱ-Ͽ][A-Za-z0-9_Ͱ-Ͽ]*\)*/
syntax match nnetArgument /[(,]\s*\zs[A-Za-z_Ͱ-Ͽ][A-Za-z0-9_Ͱ-Ͽ]*\ze\s*:/
syntax match nnetStatement /\%(^\|[{;]\)\s*\zs\%(nnet\|import\|input\|target\|state\|update\|dim\|where\|output\|loss\|metric\|stage\|minimize\|param\|recur\|unroll\|return\)\ze\s\+["A-Za-z0-9_(\[-]/
syntax match nnetStatement /\%(^\|[{;]\)\s*\zsloss\ze\s*=/
syntax match nnetDeclaration /\%(^\|[{;]\)\s*\zs\%(model\|layer\|optimizer\|train\|entry\|fn\)\ze\s\+/ nextgroup=nnetDeclared skipwhite
syntax match nnetDeclared /[A-Za-z_Ͱ-Ͽ][A-Za-z0-9_Ͱ-Ͽ]*/ contained
syntax match nnetClause /[A-Za-z0-9_)\]}"]\s\+\zs\%(as\|at\|until\|over\|frozen\|in\)\ze\%(\s\|$\)/
syntax match nnetKind /:\s*\zs\%(dim\|layer\|fn\|instance\|initializer\|optimizer\|string\)\ze\s*[,)=]/
syntax match nnetType /\<\%(real\|int\|bool\)\>\ze\%(\s*[\[,)=~{]\|\s*$\)/
syntax keyword nnetConditional if then else
syntax keyword nnetWord and or not
syntax keyword nnetBoolean true false
syntax match nnetBuiltin /\<\%(training\|step\|inf\|last\)\>\ze\%(\s*[:(]\)\@!/
syntax region nnetString start=/"/ skip=/\\./ end=/"\|$/ oneline contains=nnetEscape
syntax match nnetEscape /\\./ contained
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
