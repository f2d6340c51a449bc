/** One typed method for each operation of the document. */
import { camel, type NamedOperation } from './name-methods.ts';
import type { Parameter, Schema } from './openapi-document.ts';
import { pascal, type Types } from './write-types.ts';

const JSON_TYPE = 'application/json';
/** Streams resume by themselves; what is accepted follows from the method. */
const OWN_HEADERS = new Set(['last-event-id', 'accept']);
/** A header is the surer place for these. */
const OWN_QUERY = new Set(['token', 'key']);

interface Method {
  parameters: string[];
  call: string;
  answer: string;
}

/** An operation's method, and a second one where it gives text for people or spreadsheets too. */
export function writeMethods(named: NamedOperation, types: Types): [name: string, text: string][] {
  const name = named.name.at(-1)!;
  const texts = Object.keys(answerOf(named)).filter((type) => type.startsWith('text/') && type !== 'text/event-stream');
  const own = method(named, types);
  const whole = [[name, comment(named) + print(own)]] as [string, string][];
  if (!(JSON_TYPE in answerOf(named)) || texts.length === 0) return whole;
  const formats = texts.map((type) => `'${type.slice('text/'.length)}'`).join(' | ');
  const asText = {
    parameters: [`format: ${formats}`, ...own.parameters],
    call: own.call.replace('{ ', '{ format, '),
    answer: 'text',
  };
  return [...whole, [`${name}As`, comment(named) + print(asText)]];
}

const answerOf = ({ operation }: NamedOperation) =>
  Object.entries(operation.responses).find(([status]) => status.startsWith('2'))?.[1].content ?? {};

const print = ({ parameters, call, answer }: Method) =>
  `(${parameters.join(', ')}) => call.${answer}(${call}, options),`;

function comment({ operation: { summary, description = '' }, method, path }: NamedOperation): string {
  const request = `(\`${method.toUpperCase()} ${path}\`)`;
  const text = [`${summary}.`, ...description.split(SENTENCE_END).filter(isForAll), request].filter(Boolean).join(' ');
  return `/** ${text.replaceAll('*/', '* /')} */\n`;
}

const SENTENCE_END = /(?<=\.)\s+(?=[A-Z`])/;

/** Numbers (other than statuses) are settings of one installation; the SDK is for all of them. */
const isForAll = (sentence: string) => !/undefined|\b(?!4\d\d\b)\d+\b/.test(sentence);

function method(named: NamedOperation, types: Types): Method {
  const { path, operation } = named;
  const given = operation.parameters ?? [];
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => camel(match[1]!));
  const query = queryOf(named, given, types);
  const body = bodyOf(named, types);
  const headers = given.filter((each) => each.in === 'header' && !OWN_HEADERS.has(each.name.toLowerCase()));
  const parts = [
    `method: '${named.method.toUpperCase()}'`,
    `path: \`${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `\${segment(${camel(name)})}`)}\``,
    ...(body ? ['body'] : []),
    ...(query ? ['query'] : []),
    ...(headers.length > 0 ? [`headers: [${headers.map((each) => `'${each.name}'`).join(', ')}]`] : []),
  ];
  return {
    parameters: [
      ...inPath.map((name) => `${name}: string`),
      ...[body, query].filter((each) => each !== undefined),
      options(headers),
    ],
    call: `{ ${parts.join(', ')} }`,
    answer: answer(named, types, given),
  };
}

function queryOf(named: NamedOperation, given: Parameter[], types: Types): string | undefined {
  const alternatives = Object.keys(answerOf(named)).length > 1;
  const members = given.filter(
    (each) => each.in === 'query' && !OWN_QUERY.has(each.name) && !(alternatives && each.name === 'format'),
  );
  if (members.length === 0) return undefined;
  const required = members.filter((each) => each.required).map((each) => each.name);
  const properties = Object.fromEntries(members.map((each) => [each.name, each.schema]));
  const name = types.of({ type: 'object', properties, required }, `${pascal(named)}Query`);
  return `query: ${name}${required.length > 0 ? '' : ' = {}'}`;
}

function bodyOf(named: NamedOperation, types: Types): string | undefined {
  const { requestBody } = named.operation;
  if (!requestBody) return undefined;
  const kinds = Object.entries(requestBody.content).map(([type, { schema }]) => {
    if (type === JSON_TYPE) return types.of(schema, `${pascal(named)}Body`);
    return type === 'multipart/form-data' ? 'FormData' : `RawBody<${type.includes('*') ? 'string' : `'${type}'`}>`;
  });
  return `body${requestBody.required ? '' : '?'}: ${kinds.join(' | ')}${requestBody.required ? '' : ' | undefined'}`;
}

function options(headers: Parameter[]): string {
  const members = headers.map(({ name }) =>
    name === 'Prefer' ? 'waitSeconds?: number | undefined' : `${camel(name)}?: string | undefined`,
  );
  return `options: RequestOptions${members.length > 0 ? ` & { ${members.join('; ')} }` : ''} = {}`;
}

function answer(named: NamedOperation, types: Types, given: Parameter[]): string {
  const content = answerOf(named);
  if ('text/event-stream' in content) return 'stream';
  const json = content[JSON_TYPE]?.schema;
  if (!json) return Object.keys(content).length > 0 || !named.operation.responses['204'] ? 'raw' : 'nothing';
  const name = types.of(json, `${pascal(named)}Answer`);
  const item = given.some((each) => each.name === 'cursor') ? itemOf(types.resolve(json)) : undefined;
  return item ? `list<${name}, ${item}>` : `json<${name}>`;

  function itemOf(page: Schema): string | undefined {
    const items = page.properties?.next_cursor ? page.properties.data?.items : undefined;
    return items ? types.of(items, `${pascal(named)}Item`) : undefined;
  }
}
