import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';

/** For tests: holds what the sandbox says to the contract that was derived from the `stripe` package's own types. */

export interface ParamSchema {
  type?: string;
  enum?: string[];
  const?: unknown;
  anyOf?: ParamSchema[];
  $ref?: string;
  properties?: Record<string, ParamSchema>;
}
interface Operation {
  parameters?: { name: string; in: string; schema?: ParamSchema }[];
  requestBody?: { content: Record<string, { schema: { $ref?: string } }> };
}
interface Contract {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, ParamSchema & { required?: string[] }> };
}

const FOLDER = join(process.cwd(), '..', 'shared', 'contracts', 'stripe');
const FILE = join(FOLDER, 'stripe-2026-10-28.endive-subset.openapi31.json');
const contract: Contract | undefined = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : undefined;
if (contract) addFraudWarnings(contract);
if (contract) addPlans(contract);
// The package asks for an account by one of two paths, and the contract has the other.
if (contract) contract.paths['/v1/accounts/{id}']!.get = contract.paths['/v1/account']!.get!;
if (!contract) console.warn(`SKIPPED: there is no contract at ${FILE}, so the sandbox's answers are not held to it.`);

/** The contract leaves out the endpoints of plans, not their object. */
function addPlans({ paths }: Contract): void {
  const answer = (schema: object): Operation =>
    ({ responses: { 200: { content: { 'application/json': { schema } } } } }) as Operation;
  const plan = { $ref: '#/components/schemas/Plan' };
  const list = { type: 'object', properties: { object: { const: 'list' }, data: { type: 'array', items: plan } } };
  const deleted = { type: 'object', properties: { deleted: { const: true }, id: {}, object: { const: 'plan' } } };
  paths['/v1/plans'] = { get: answer(list), post: answer(plan) };
  paths['/v1/plans/{id}'] = { get: answer(plan), post: answer(plan), delete: answer(deleted) };
}

/** The contract leaves out Radar; this is what the package's `EarlyFraudWarnings.d.ts` says. */
function addFraudWarnings({ paths, components }: Contract): void {
  const path = '/v1/radar/early_fraud_warnings';
  const $ref = '#/components/schemas/EarlyFraudWarning';
  const expandable = (of: string) => ({ anyOf: [{ type: 'string' }, { $ref: `#/components/schemas/${of}` }] });
  const properties = {
    id: { type: 'string' },
    object: { const: 'radar.early_fraud_warning' },
    actionable: { type: 'boolean' },
    charge: expandable('Charge'),
    created: { type: 'number' },
    fraud_type: { type: 'string' },
    livemode: { type: 'boolean' },
    payment_intent: expandable('PaymentIntent'),
  };
  const required = Object.keys(properties).filter((name) => name !== 'payment_intent');
  const closed = { type: 'object', additionalProperties: false };
  components.schemas.EarlyFraudWarning = {
    ...closed,
    properties,
    required,
  } as Contract['components']['schemas'][string];
  const list = {
    ...closed,
    properties: {
      object: { const: 'list' },
      data: { type: 'array', items: { $ref } },
      has_more: { type: 'boolean' },
      url: { const: path },
    },
    required: ['object', 'data', 'has_more', 'url'],
  };
  const get = (names: string[], schema: object) => ({
    get: {
      parameters: names.map((name) => ({ name, in: 'query' })),
      responses: { 200: { content: { 'application/json': { schema } } } },
    },
  });
  const filters = ['charge', 'created', 'payment_intent', 'limit', 'starting_after', 'ending_before', 'expand'];
  paths[path] = get(filters, list);
  paths[`${path}/{id}`] = get(['expand'], { $ref });
}

export const hasContract = contract !== undefined;

const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
if (contract) ajv.addSchema({ ...contract, $id: 'stripe' });

/** The data file of this name beside the contract, or undefined when it is not there. */
export function readContractFile<T>(name: string): T | undefined {
  const file = join(FOLDER, name);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

const escapePointer = (text: string) => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));

function validator(pointer: string): ValidateFunction | undefined {
  return ajv.getSchema(`stripe#${pointer}`);
}

/** The contract's path for a request's path, e.g. `/v1/refunds/{id}`. */
function findPath(path: string): string | undefined {
  const parts = path.split('/');
  const fits = (template: string) => {
    const names = template.split('/');
    return names.length === parts.length && names.every((name, i) => name.startsWith('{') || name === parts[i]);
  };
  return contract && (contract.paths[path] ? path : Object.keys(contract.paths).find(fits));
}

const describeErrors = (what: string, validate: ValidateFunction) =>
  (validate.errors ?? []).slice(0, 5).map((e) => `${what}: ${e.instancePath} ${e.message} ${JSON.stringify(e.params)}`);

/** What is wrong with a successful answer to this request; nothing when it is as the contract says. */
export function checkAnswer(method: string, path: string, body: unknown): string[] {
  const template = findPath(path);
  if (!contract) return [];
  if (!template) return [`${method} ${path} is not in the contract`];
  const pointer = `/paths/${escapePointer(template)}/${method.toLowerCase()}/responses/200/content/application~1json/schema`;
  const validate = validator(pointer);
  if (!validate) return [`${method} ${template} has no answer in the contract`];
  return validate(body) ? [] : describeErrors(`${method} ${path}`, validate);
}

/** What is wrong with an object, by the name of its schema. */
export function checkObject(schema: string, object: unknown): string[] {
  if (!contract) return [];
  const validate = validator(`/components/schemas/${schema}`);
  if (!validate) return [`the contract has no ${schema}`];
  return validate(object) ? [] : describeErrors(schema, validate);
}

/** The parameters that the contract allows for an operation, each with what may stand in it. */
export function paramsOf(
  method: string,
  path: string,
): { names: string[]; required: string[]; schemas: Record<string, ParamSchema> } {
  const operation = contract?.paths[findPath(path) ?? '']?.[method.toLowerCase()];
  const ref = Object.values(operation?.requestBody?.content ?? {})[0]?.schema.$ref;
  const schema = ref ? contract?.components.schemas[ref.split('/').at(-1)!] : undefined;
  const query = (operation?.parameters ?? []).filter((parameter) => parameter.in === 'query');
  const schemas = Object.fromEntries(query.map(({ name, schema: own }) => [name, own ?? {}]));
  Object.assign(schemas, schema?.properties);
  return { names: Object.keys(schemas), required: schema?.required ?? [], schemas };
}

/** Follows references, and the one real alternative beside the empty text. */
export function resolve(schema: ParamSchema): ParamSchema {
  if (schema.$ref) return resolve(contract?.components.schemas[schema.$ref.split('/').at(-1)!] ?? {});
  const real = schema.anyOf?.filter((each) => each.const !== '');
  return real?.length === 1 ? resolve(real[0]!) : schema;
}
