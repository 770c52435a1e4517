// The words and signs of .nnet. Lines matter: NEWLINE is a token that the newline filter of Nnc.Language turns into SEP
// (the end of a statement) or drops. Slips that are common in other languages have tokens of their own, so that the filter
// can name them and put the right token in their place.
lexer grammar NNetLexer;

tokens { SEP }

// Reserved words.
PARAM : 'param' ;
RECUR : 'recur' ;
UNROLL : 'unroll' ;
RETURN : 'return' ;
FN : 'fn' ;
IF : 'if' ;
THEN : 'then' ;
ELSE : 'else' ;
AND : 'and' ;
OR : 'or' ;
NOT : 'not' ;
IN : 'in' ;
TRUE : 'true' ;
FALSE : 'false' ;

// Soft words: names wherever a name is expected.
NNET : 'nnet' ;
IMPORT : 'import' ;
AS : 'as' ;
MODEL : 'model' ;
LAYER : 'layer' ;
OPTIMIZER : 'optimizer' ;
TRAIN : 'train' ;
INPUT : 'input' ;
TARGET : 'target' ;
STATE : 'state' ;
UPDATE : 'update' ;
DIM : 'dim' ;
WHERE : 'where' ;
OUTPUT : 'output' ;
LOSS : 'loss' ;
METRIC : 'metric' ;
ENTRY : 'entry' ;
AT_WORD : 'at' ;
UNTIL : 'until' ;
STAGE : 'stage' ;
MINIMIZE : 'minimize' ;
OVER : 'over' ;
FROZEN : 'frozen' ;

// Signs.
LPAREN : '(' ;
RPAREN : ')' ;
LBRACK : '[' ;
RBRACK : ']' ;
LBRACE : '{' ;
RBRACE : '}' ;
COMMA : ',' ;
COLON : ':' ;
SEMI : ';' ;
ELLIPSIS : '...' ;
DOT : '.' ;
TILDE : '~' ;
ARROW : '->' ;
PIPE : '|>' ;
EQ : '==' ;
NE : '!=' ;
LE : '<=' ;
GE : '>=' ;
LT : '<' ;
GT : '>' ;
ASSIGN : '=' ;
PLUS : '+' ;
MINUS : '-' ;
STAR : '*' ;
SLASH : '/' ;
PERCENT : '%' ;
MATMUL : '@' ;
CARET : '^' ;

// Signs of other languages.
FOREIGN_AND : '&&' | '&' | '∧' ;
FOREIGN_OR : '||' | '|' | '∨' ;
FOREIGN_NOT : '!' | '¬' ;
FOREIGN_POWER : '**' ;
FOREIGN_TIMES : '×' | '·' | '⋅' ;
FOREIGN_MINUS : '−' | '–' ;
FOREIGN_ARROW : '=>' | '→' ;
FOREIGN_COMMENT : '#' ~[\r\n]* | '/*' .*? '*/' ;
FOREIGN_ASSIGN : ':=' | '<-' | '+=' | '-=' | '*=' | '/=' ;

REAL
  : DIGITS '.' DIGITS EXPONENT?
  | DIGITS EXPONENT
  ;
INT : DIGITS ;
BAD_NUMBER : DIGITS ('.' DIGITS)? [A-Za-z_] [A-Za-z0-9_]* ;

PRIMED : LETTER WORD* '\'' ;
NAME : LETTER WORD* ;

STRING : '"' ( '\\' ~[\r\n] | ~["\\\r\n] )* '"' ;
OPEN_STRING : '"' ( '\\' ~[\r\n] | ~["\\\r\n] )* '\\'? ;
QUOTED : '\'' ~['\r\n]* '\'' ;

DOC : '///' ~[\n]* -> channel(HIDDEN) ;
COMMENT : '//' ~[\n]* -> channel(HIDDEN) ;
NEWLINE : '\n' ;
SPACE : [ \t\r\f\u00A0\uFEFF]+ -> skip ;
UNKNOWN : . ;

fragment DIGITS : [0-9] ( [0-9_]* [0-9] )? ;
fragment EXPONENT : [eE] [+-]? [0-9]+ ;
fragment LETTER : [A-Za-z_] | [\u0370-\u03FF] ;
fragment WORD : LETTER | [0-9] ;
