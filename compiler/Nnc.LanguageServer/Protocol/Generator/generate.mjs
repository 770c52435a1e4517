// Writes Types.cs, Messages.cs and ProtocolJson.cs into the folder that is named.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { alternatives, context, messages, types } from './csharp.mjs';
import { Declarations } from './declarations.mjs';

const [folder] = process.argv.slice(2);
const wanted = JSON.parse(readFileSync(new URL('messages.json', import.meta.url)));
const entry = createRequire(import.meta.url).resolve('vscode-languageserver-protocol/node').replace(/node\.js$/, 'lib/common/api.d.ts');
const declarations = new Declarations(entry, wanted.omittedMembers);
const list = wanted.messages.map(m => declarations.message(m));
wanted.types.forEach(t => declarations.require(t));

const inUnions = alternatives(declarations.records);
list.forEach(m => { inUnions.add(m.params); inUnions.add(m.result); });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, 'Types.cs'), types(declarations));
writeFileSync(join(folder, 'Messages.cs'), messages(list));
writeFileSync(join(folder, 'ProtocolJson.cs'), context(list)([...inUnions.all(), ...wanted.types.filter(t => declarations.records.has(t))]));
console.error(`${declarations.records.size} records, ${declarations.enumerations.size} enumerations, ${list.length} messages in ${fileURLToPath(new URL(folder + '/', 'file://' + process.cwd() + '/'))}`);
