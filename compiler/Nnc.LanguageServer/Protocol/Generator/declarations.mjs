// Reads the protocol's TypeScript declarations: which types the wanted messages reach, and what each type holds.
//
// A type is one of
//   { kind: 'base', name }         string, int, double, bool, JsonElement
//   { kind: 'named', name }        a record or an enumeration
//   { kind: 'array', element }
//   { kind: 'map', value }         keys are strings
//   { kind: 'union', items }       two or more that differ
// and `nullable` says that null may stand there too.
import ts from 'typescript';

const primitives = {
  DocumentUri: 'string', URI: 'string', Pattern: 'string', integer: 'int', uinteger: 'int', decimal: 'double',
  LSPAny: 'JsonElement', LSPObject: 'JsonElement', LSPArray: 'JsonElement',
};

const pascal = name => name[0].toUpperCase() + name.slice(1);
const base = name => ({ kind: 'base', name });

export class Declarations {
  constructor(entry, omittedMembers) {
    this.program = ts.createProgram([entry], { moduleResolution: ts.ModuleResolutionKind.Node10, types: [] });
    this.checker = this.program.getTypeChecker();
    this.omittedMembers = omittedMembers;
    this.omitted = new Set();
    this.records = new Map();
    this.enumerations = new Map();
    this.constants = new Map();
    this.symbols = new Map();
    this.messages = new Map();
    const entrySymbol = this.checker.getSymbolAtLocation(this.program.getSourceFile(entry));
    for (const symbol of this.checker.getExportsOfModule(entrySymbol)) {
      const target = this.#target(symbol);
      this.symbols.set(symbol.name, target);
      this.#noteMessage(symbol.name, target);
    }
  }

  /** The parameters and result of a message, null where it has none; both with all they reach are noted for writing. */
  message(method) {
    const found = this.messages.get(method);
    if (!found) throw new Error(`no message ${method}`);
    const types = found.type.typeArguments ?? [];
    const generic = found.type.typeName.text;
    const hasParams = !generic.endsWith('0');
    return {
      method,
      name: found.name.replace(/(Request|Notification)$/, ''),
      isRequest: generic.includes('Request'),
      params: hasParams ? this.#resolve(types[0], found.name + 'Params') : null,
      result: generic.includes('Request') ? this.#resolve(types[hasParams ? 1 : 0], found.name + 'Result') : null,
    };
  }

  /** Notes a type by its name, with all it reaches. */
  require(name) {
    const symbol = this.symbols.get(name);
    if (!symbol) throw new Error(`no type ${name}`);
    return this.#resolveSymbol(symbol, name);
  }

  #noteMessage(name, symbol) {
    const body = symbol.declarations?.find(ts.isModuleDeclaration)?.body;
    const variables = body?.statements?.filter(ts.isVariableStatement).flatMap(s => s.declarationList.declarations) ?? [];
    const method = variables.find(v => v.name.text === 'method')?.type;
    const type = variables.find(v => v.name.text === 'type')?.type;
    if (method && type && ts.isLiteralTypeNode(method)) this.messages.set(method.literal.text, { name, type });
  }

  #target(symbol) {
    return symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  #resolve(node, hint) {
    if (ts.isParenthesizedTypeNode(node)) return this.#resolve(node.type, hint);
    if (ts.isArrayTypeNode(node)) return { kind: 'array', element: this.#resolve(node.elementType, hint) };
    if (ts.isUnionTypeNode(node)) return this.#union(node, hint);
    if (ts.isTypeReferenceNode(node)) return this.#reference(node, hint);
    if (ts.isLiteralTypeNode(node)) return this.#literal(node);
    if (ts.isTypeLiteralNode(node) || ts.isIntersectionTypeNode(node)) return this.#structure(node, hint);
    if (ts.isTupleTypeNode(node)) return { kind: 'array', element: this.#union({ types: node.elements }, hint) };
    if (ts.isTypeQueryNode(node)) return this.#literal({ literal: this.#constantOf(node) });
    switch (node.kind) {
      case ts.SyntaxKind.StringKeyword: return base('string');
      case ts.SyntaxKind.NumberKeyword: return base('int');
      case ts.SyntaxKind.BooleanKeyword: return base('bool');
      case ts.SyntaxKind.AnyKeyword: case ts.SyntaxKind.ObjectKeyword: case ts.SyntaxKind.UnknownKeyword: return base('JsonElement');
      case ts.SyntaxKind.VoidKeyword: case ts.SyntaxKind.UndefinedKeyword: return null;
      default: throw new Error(`${hint}: ${ts.SyntaxKind[node.kind]} has no counterpart`);
    }
  }

  #literal(node) {
    switch (node.literal.kind) {
      case ts.SyntaxKind.NullKeyword: return null;
      case ts.SyntaxKind.TrueKeyword: case ts.SyntaxKind.FalseKeyword: return base('bool');
      case ts.SyntaxKind.StringLiteral: return { ...base('string'), constant: node.literal.text };
      default: return base('int');
    }
  }

  /** The literal behind `typeof Kind.Name`. */
  #constantOf(query) {
    const declaration = this.#target(this.checker.getSymbolAtLocation(query.exprName)).valueDeclaration;
    return declaration.initializer ?? declaration.type.literal;
  }

  #reference(node, hint) {
    const symbol = this.#target(this.checker.getSymbolAtLocation(node.typeName));
    if (symbol.flags & ts.SymbolFlags.TypeParameter) return base('JsonElement');
    return this.#resolveSymbol(symbol, hint);
  }

  #resolveSymbol(symbol, hint) {
    const name = symbol.name.replace(/^_/, '');
    if (primitives[name]) return base(primitives[name]);
    const enumeration = symbol.declarations.find(ts.isEnumDeclaration);
    if (enumeration) return this.#constants(name, enumeration, enumeration.members.map(m => [m, m.initializer.text]));
    const declared = symbol.declarations.find(ts.isInterfaceDeclaration);
    if (declared) return this.#record(name, declared, () => this.#membersOf(declared, name));
    const alias = symbol.declarations.find(ts.isTypeAliasDeclaration);
    if (!alias) throw new Error(`${hint}: ${name} is no type`);
    return this.#alias(name, alias, symbol.declarations.find(ts.isModuleDeclaration));
  }

  #alias(name, alias, namespace) {
    const values = (namespace?.body.statements ?? []).filter(ts.isVariableStatement)
      .flatMap(s => s.declarationList.declarations.map(d => [s, d.name.text, d.type?.literal ?? d.initializer]))
      .filter(([, , value]) => value && (ts.isStringLiteral(value) || ts.isNumericLiteral(value)));
    if (values.length > 0 && values.every(([, , v]) => ts.isStringLiteral(v))) {
      return this.#constants(name, alias, values.map(([s, n, v]) => [{ ...s, name: { text: n }, node: s }, v.text]));
    }

    const literals = ts.isUnionTypeNode(alias.type) ? alias.type.types : [alias.type];
    if (values.length > 0 && literals.every(t => ts.isLiteralTypeNode(t) && ts.isNumericLiteral(t.literal))) {
      this.enumerations.set(name, { name, doc: this.#doc(alias), members: values.map(([s, n, v]) => ({ name: pascal(n), doc: this.#doc(s), value: v.text })) });
      return { kind: 'named', name };
    }

    if (ts.isUnionTypeNode(alias.type)) return this.#union(alias.type, name, this.#doc(alias));
    if (ts.isTypeLiteralNode(alias.type) || ts.isIntersectionTypeNode(alias.type)) return this.#structure(alias.type, name, this.#doc(alias));
    return this.#resolve(alias.type, name);
  }

  #constants(name, declaration, values) {
    this.constants.set(name, {
      name, doc: this.#doc(declaration),
      members: values.map(([node, value]) => ({ name: pascal(node.name.text), doc: this.#doc(node.node ?? node), value })),
    });
    return base('string');
  }

  #structure(node, name, doc) {
    const index = ts.isTypeLiteralNode(node) && node.members.length === 1 && ts.isIndexSignatureDeclaration(node.members[0]) && node.members[0];
    if (index) return { kind: 'map', value: this.#resolve(index.type, name) };
    return this.#record(name, node, () => this.#membersOf(node, name), doc);
  }

  #record(name, node, members, doc) {
    if (!this.records.has(name)) {
      const record = { name, doc: doc ?? this.#doc(node), members: [] };
      this.records.set(name, record);
      record.members = members();
    }

    return { kind: 'named', name };
  }

  /** The members of an object type; an heir's replace what they inherit. */
  #membersOf(node, name) {
    const members = new Map();
    const add = list => list.forEach(m => members.set(m.name, m));
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const symbol = this.#target(this.checker.getSymbolAtLocation(node.typeName ?? node.expression));
      const declared = symbol.declarations.find(ts.isInterfaceDeclaration);
      return declared
        ? this.#membersOf(declared, symbol.name.replace(/^_/, ''))
        : this.#membersOf(symbol.declarations.find(ts.isTypeAliasDeclaration).type, symbol.name);
    }

    if (ts.isIntersectionTypeNode(node)) {
      node.types.forEach(t => add(this.#membersOf(t, name)));
      return this.#kept(name, members);
    }

    (node.heritageClauses ?? []).flatMap(c => [...c.types]).forEach(t => add(this.#membersOf(t, name)));
    add(node.members.filter(ts.isPropertySignature).map(m => this.#member(m, name)).filter(m => m));
    return this.#kept(name, members);
  }

  #kept(name, members) {
    return [...members.values()].filter(m => !(this.omittedMembers[name] ?? []).includes(m.name));
  }

  #member(node, owner) {
    const name = node.name.text;
    const isProposed = ts.getJSDocTags(node).some(t => t.tagName.text === 'proposed');
    if (isProposed || (this.omittedMembers[owner] ?? []).includes(name)) return null;
    const type = this.#resolve(node.type, owner + pascal(name));
    return { name, doc: this.#doc(node), type, optional: !!node.questionToken };
  }

  /** `A | null` is A that may be null, `'a' | 'b'` a string, objects that differ by a member one record where that is all. */
  #union(node, hint, doc) {
    const isNull = t => ts.isLiteralTypeNode(t) && t.literal.kind === ts.SyntaxKind.NullKeyword;
    const parts = node.types.filter(t => t.kind !== ts.SyntaxKind.UndefinedKeyword);
    const nullable = parts.some(isNull);
    const values = parts.filter(t => !isNull(t));
    if (values.length > 1 && values.every(ts.isTypeLiteralNode)) return { ...this.#merged(values, hint, doc), nullable };
    const items = new Map();
    const firstLiteral = values.find(ts.isTypeLiteralNode);
    values.forEach(t => {
      const type = this.#resolve(t, ts.isTypeLiteralNode(t) && t !== firstLiteral ? hint + 'Other' : hint);
      for (const item of type === null ? [] : type.kind === 'union' ? type.items : [type]) {
        const { constant, ...plain } = item;
        items.set(JSON.stringify(plain), plain);
      }
    });
    const distinct = [...items.values()];
    return distinct.length === 1 ? { ...distinct[0], nullable } : { kind: 'union', items: distinct, nullable };
  }

  #merged(literals, name, doc) {
    return this.#record(name, literals[0], () => {
      const lists = literals.map(l => this.#membersOf(l, name));
      const names = [...new Set(lists.flat().map(m => m.name))];
      return names.map(n => {
        const found = lists.map(l => l.find(m => m.name === n));
        const { constant, ...type } = found.find(m => m).type;
        return { ...found.find(m => m), type, optional: found.some(m => !m || m.optional) };
      });
    }, doc);
  }

  /** The first paragraph of a declaration's documentation, as plain text. */
  #doc(node) {
    const comment = ts.getJSDocCommentsAndTags(node).find(ts.isJSDoc)?.comment;
    const text = typeof comment === 'string' ? comment : (comment ?? []).map(c => c.kind === ts.SyntaxKind.JSDocText ? c.text : (c.text || c.name?.getText())).join('');
    return text.split(/\n\s*\n/)[0].replace(/\{@link\s+(\S+?)(?:\s+([^}]*))?\}/g, (_, target, label) => label || target).replace(/\s+/g, ' ').trim();
  }
}
