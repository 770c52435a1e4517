// The notation of .nnet. The newline filter hands over tokens in which every statement ends in exactly one SEP, every block
// is followed by one, and all brackets are balanced; so an error never reaches past its own statement.
parser grammar NNetParser;

options { tokenVocab = NNetLexer; }

unit : edition? item* EOF ;

edition : NNET INT SEP ;

item : declaration SEP ;

declaration
  : importDeclaration
  | modelDeclaration
  | layerDeclaration
  | optimizerDeclaration
  | functionDeclaration
  | trainDeclaration
  ;

importDeclaration : IMPORT STRING ( AS name )? ;

modelDeclaration : modelHeader block ;
modelHeader : MODEL name formals? ;

layerDeclaration : layerHeader block ;
layerHeader : LAYER name formals formals ( ARROW type )? ;

optimizerDeclaration : optimizerHeader block ;
optimizerHeader : OPTIMIZER name formals formals ;

functionDeclaration : functionHeader ( block | ASSIGN expression ) ;
functionHeader : FN name formals ( ARROW type )? ;

trainDeclaration : trainHeader trainBlock ;
trainHeader : TRAIN name arguments? ;

formals : LPAREN ( formal ( COMMA formal )* COMMA? )? RPAREN ;
formal : name ( COLON type )? ( ASSIGN expression )? ;

// Statements.

block : LBRACE statement* RBRACE ;

statement
  : ( inputStatement
    | paramStatement
    | stateStatement
    | updateStatement
    | dimStatement
    | whereStatement
    | outputStatement
    | lossStatement
    | metricStatement
    | returnStatement
    | recurStatement
    | unrollStatement
    | entryStatement
    | equation
    ) SEP
  ;

inputStatement : ( INPUT | TARGET ) names COLON type ( ASSIGN expression )? ;
paramStatement : PARAM names ( COLON type )? ( ( TILDE | ASSIGN ) expression )? ;
stateStatement : STATE names ( COLON type )? ( ASSIGN expression ( COMMA expression )* )? ;
updateStatement : UPDATE name ASSIGN expression ;
dimStatement : DIM name ASSIGN expression ;
whereStatement : WHERE expression ;
outputStatement : OUTPUT ( name ASSIGN expression | names ) ;
lossStatement : LOSS name? ASSIGN expression ;
metricStatement : METRIC name ASSIGN expression ;
returnStatement : RETURN expression ;

recurStatement : recurHeader block ;
recurHeader : RECUR name IN expression ( AT_WORD expression )? ( UNTIL expression )? ;

unrollStatement : unrollHeader block ;
unrollHeader : UNROLL name IN expression ;

entryStatement : entryHeader block ;
entryHeader : ENTRY name formals ( ARROW type )? ;

equation : equationTargets ( COLON type )? ASSIGN expression FROZEN? ;
equationTargets : equationTarget | LPAREN equationTarget ( COMMA equationTarget )* RPAREN ;
equationTarget : name ( LBRACK indices RBRACK )? ;

// Train blocks.

trainBlock : LBRACE trainStatement* RBRACE ;

trainStatement : ( minimizeStatement | stageStatement | setting ) SEP ;

minimizeStatement : MINIMIZE path ( OVER expression ( COMMA expression )* )? ;
stageStatement : stageHeader trainBlock ;
stageHeader : STAGE name? ;
setting : path ASSIGN expression ;
path : name ( DOT name )* ;

// Types.

type
  : typeName ( LBRACK axis ( COMMA axis )* COMMA? RBRACK )?
  | LPAREN tupleTypeMember ( COMMA tupleTypeMember )* COMMA? RPAREN
  ;
typeName : name | FN ;
axis : ELLIPSIS | expression ;
tupleTypeMember : ( name COLON )? type ;

// Expressions, loosest first.

expression : conditional | pipe ;

conditional : IF expression THEN expression ELSE expression ;

pipe : disjunction ( PIPE postfix )* ;
disjunction : conjunction ( OR conjunction )* ;
conjunction : negation ( AND negation )* ;
negation : NOT* comparison ;
comparison : sum ( ( EQ | NE | LT | LE | GT | GE ) sum )* ;
sum : product ( ( PLUS | MINUS ) product )* ;
product : contraction ( ( STAR | SLASH | PERCENT ) contraction )* ;
contraction : signed ( MATMUL signed )* ;
signed : MINUS* power ;
power : postfix ( CARET exponent )* ;
exponent : MINUS* postfix ;

postfix : primary postfixPart* ;
postfixPart
  : DOT name
  | LBRACK indices RBRACK
  | arguments
  ;

primary
  : INT
  | REAL
  | TRUE
  | FALSE
  | STRING
  | PRIMED
  | name
  | bracketed
  | parenthesized
  ;

bracketed : LBRACK ( expression ( COMMA expression )* COMMA? )? RBRACK ;
parenthesized : LPAREN tupleMember ( COMMA tupleMember )* COMMA? RPAREN ;
tupleMember : ( name COLON )? expression ;

arguments : LPAREN ( argument ( COMMA argument )* COMMA? )? RPAREN ;
// `name = value` is a slip that the tree builder reports and repairs.
argument : ELLIPSIS | name ( COLON | ASSIGN ) expression | expression ;

indices : index ( COMMA index )* COMMA? ;
index
  : ELLIPSIS
  | name IN expression
  | COLON expression?
  | expression ( COLON expression? )?
  ;

names : name ( COMMA name )* ;

name
  : NAME
  | NNET | IMPORT | AS | MODEL | LAYER | OPTIMIZER | TRAIN | INPUT | TARGET | STATE | UPDATE | DIM | WHERE | OUTPUT | LOSS
  | METRIC | ENTRY | AT_WORD | UNTIL | STAGE | MINIMIZE | OVER | FROZEN
  ;
