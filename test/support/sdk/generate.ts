/** sdk/generated.ts out of the OpenAPI document: `npm run sdk:generate` writes it, with `--check` it only compares. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { nameMethods } from './name-methods.ts';
import type { OpenApiDocument } from './openapi-document.ts';
import { writeMethods } from './write-methods.ts';
import { Types } from './write-types.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const GENERATED = resolve(ROOT, 'sdk/generated.ts');

interface Tree {
  [name: string]: Tree | string;
}

/** The whole text of the file. */
export async function generateSdk(document: OpenApiDocument): Promise<string> {
  const types = new Types(document);
  const tree: Tree = {};
  const operations: string[] = [];
  for (const named of nameMethods(document)) {
    const resource = named.name.slice(0, -1).reduce(descend, tree);
    for (const [name, text] of writeMethods(named, types)) resource[name] = text;
    operations.push(`'${named.name.join('.')}': '${named.method.toUpperCase()} ${named.path}',`);
  }
  const methods = `export const createResources = (call: Call) => (${print(tree)});\n\nexport type Resources = ReturnType<typeof createResources>;`;
  const table = `/** Each operation's method in this SDK, and its request. */\nexport const operations = {\n${operations.join('\n')}\n} as const;`;
  const text = [HEAD, await types.write(), table, methods].join('\n\n');
  return format(text);
}

const format = (input: string) =>
  execFileSync(resolve(ROOT, 'node_modules/.bin/biome'), ['format', '--stdin-file-path=generated.ts'], {
    input,
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 16 * 2 ** 20,
  });

const HEAD = `/** Made from the OpenAPI document by \`npm run sdk:generate\`: changes belong into the API's routes. */
import { type Call, type RawBody, type RequestOptions, segment } from './call.ts';`;

function descend(tree: Tree, name: string): Tree {
  tree[name] ??= {};
  return tree[name] as Tree;
}

const print = (tree: Tree): string =>
  `{${Object.entries(tree)
    .map(([name, value]) =>
      typeof value === 'string' ? value.replace(/\*\/\n/, `*/\n${name}: `) : `${name}: ${print(value)},`,
    )
    .join('\n')}}`;

/** Whether the file says what the document says. */
export const isCurrent = async (document: OpenApiDocument) =>
  readFileSync(GENERATED, 'utf8') === (await generateSdk(document));

export async function writeSdk(document: OpenApiDocument): Promise<void> {
  writeFileSync(GENERATED, await generateSdk(document));
}
