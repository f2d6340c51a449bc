/**
 * What each operation is called in the SDK: resources by the path's words, methods by what is done. The rules name most;
 * what they name badly stands in CHOSEN. Two operations of one name are an error: choose one.
 */
import type { OpenApiDocument, Operation } from './openapi-document.ts';

export interface NamedOperation {
  method: string;
  path: string;
  operation: Operation;
  /** `['orders', 'refunds', 'create']` */
  name: string[];
}

const CHOSEN: Record<string, string> = {
  'post /v1/disputes/{id}/evidence': 'disputes.evidence.submit',
  'post /v1/products/{id}/images': 'products.images.add',
  'post /v1/products/{id}/images/uploads': 'products.images.beginUploads',
  'post /v1/images/{id}/uploaded': 'images.finishUpload',
  'post /v1/images/rebuild': 'images.rebuild.start',
  'delete /v1/images/rebuild': 'images.rebuild.stop',
  'post /v1/stock/adjustments': 'stock.adjust',
  'get /v1/stock/{sku}': 'stock.read',
  'get /media/{sha256}/{file}': 'media.read',
  'get /media/on-demand/{sha256}/{file}': 'media.readOnDemand',
  'put /v1/uploads/{id}': 'uploads.send',
};

export function nameMethods({ paths }: OpenApiDocument): NamedOperation[] {
  const named = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method,
      path,
      operation,
      name: (CHOSEN[`${method} ${path}`] ?? nameOf(method, path, operation, paths)).split('.'),
    })),
  );
  assertApart(named);
  return named;
}

function nameOf(method: string, path: string, operation: Operation, paths: OpenApiDocument['paths']): string {
  const parts = path.replace(/^\/(v1\/)?/, '').split('/');
  const words = parts.filter((part) => !part.startsWith('{')).map(camel);
  const last = words.at(-1)!;
  if (parts.at(-1)!.startsWith('{')) return [...words, onItem(method, Object.keys(paths[path]!))].join('.');
  const others = Object.keys(paths).filter((each) => each.startsWith(`${path}/{`));
  const isResource = parts.length === 1 || others.length > 0 || Object.keys(paths[path]!).length > 1;
  if (isResource) return [...words, onCollection(method, operation)].join('.');
  return [...words.slice(0, -1), alone(method, last)].join('.');
}

function onItem(method: string, methods: string[]): string {
  if (method === 'put') return methods.includes('patch') ? 'replace' : 'save';
  return { get: 'read', patch: 'update', post: 'send', delete: 'delete' }[method]!;
}

function onCollection(method: string, { responses }: Operation): string {
  if (method !== 'get') return { put: 'save', patch: 'update', post: 'create', delete: 'delete' }[method]!;
  const [answer] = Object.values(responses['200']?.content ?? {});
  const name = answer?.schema.$ref ?? '';
  return answer?.schema.properties?.data || /List|Tree|Page$/.test(name) ? 'list' : 'read';
}

/** `POST …/pay` → `pay`, `PUT …/status` → `setStatus`. */
function alone(method: string, word: string): string {
  const prefix = { put: 'set', patch: 'update', delete: 'delete' }[method];
  return prefix ? `${prefix}${word[0]!.toUpperCase()}${word.slice(1)}` : word;
}

function assertApart(named: NamedOperation[]): void {
  const seen = new Map<string, string>();
  for (const { name, method, path } of named) {
    const [dotted, where] = [name.join('.'), `${method} ${path}`];
    const before = seen.get(dotted) ?? [...seen].find(([other]) => other.startsWith(`${dotted}.`))?.[1];
    if (before)
      throw new Error(`${before} and ${where} would both be ${dotted}: choose a name in ${import.meta.filename}`);
    seen.set(dotted, where);
    const resource = name.slice(0, -1).join('.');
    if (seen.has(resource))
      throw new Error(`${resource} is a method and a resource: choose a name in ${import.meta.filename}`);
  }
}

export const camel = (word: string) =>
  word.toLowerCase().replace(/[-_ ]+(\w)/g, (_, letter: string) => letter.toUpperCase());
