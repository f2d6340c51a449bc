/**
 * The part of Render's Blueprint format that our render.yaml uses, written after https://render.com/docs/blueprint-spec
 * (Render publishes no package of its schema). Strict: a field that is not documented there is a mistake here.
 */
import { z } from 'zod';

const ipAllowList = z.array(z.strictObject({ source: z.string(), description: z.string().optional() }));
const region = z.enum(['oregon', 'ohio', 'virginia', 'frankfurt', 'singapore']);
const key = z.string().regex(/^[A-Z][A-Z0-9_]*$/);
const name = z.string().min(1);

const fixed = z.strictObject({ key, value: z.string() });
const generated = z.strictObject({ key, generateValue: z.literal(true) });
const asked = z.strictObject({ key, sync: z.literal(false) });
const fromGroup = z.strictObject({ fromGroup: name });
const fromDatabase = z.strictObject({
  key,
  fromDatabase: z.strictObject({
    name,
    property: z.enum(['connectionString', 'host', 'port', 'user', 'password', 'database']),
  }),
});
const source = { name, type: z.enum(['web', 'pserv', 'worker', 'cron', 'keyvalue']) };
const fromService = z.strictObject({
  key,
  fromService: z.union([
    z.strictObject({ ...source, property: z.enum(['host', 'port', 'hostport', 'connectionString']) }),
    z.strictObject({ ...source, envVarKey: key }),
  ]),
});
const envVars = z.array(z.union([fixed, generated, asked, fromGroup, fromDatabase, fromService]));

const dockerService = {
  name,
  runtime: z.literal('docker'),
  region: region.optional(),
  plan: z.enum(['starter', 'standard', 'pro', 'pro plus', 'pro max', 'pro ultra']).optional(),
  branch: z.string().optional(),
  autoDeployTrigger: z.enum(['commit', 'checksPass', 'off']).optional(),
  dockerfilePath: z.string().optional(),
  dockerContext: z.string().optional(),
  dockerCommand: z.string().optional(),
  preDeployCommand: z.string().optional(),
  numInstances: z.int().min(1).optional(),
  maxShutdownDelaySeconds: z.int().min(1).max(300).optional(),
  envVars: envVars.optional(),
};
const web = z.strictObject({
  type: z.literal('web'),
  ...dockerService,
  healthCheckPath: z.string().startsWith('/').optional(),
});
const worker = z.strictObject({ type: z.literal('worker'), ...dockerService });
const keyvalue = z.strictObject({
  type: z.literal('keyvalue'),
  name,
  region: region.optional(),
  plan: z.enum(['free', 'starter', 'standard', 'pro', 'pro plus']).optional(),
  maxmemoryPolicy: z
    .enum(['allkeys-lru', 'volatile-lru', 'allkeys-random', 'volatile-random', 'volatile-ttl', 'noeviction'])
    .optional(),
  ipAllowList,
});

const database = z.strictObject({
  name,
  databaseName: z.string().optional(),
  user: z.string().optional(),
  region: region.optional(),
  plan: z.string().regex(/^(free|basic-(256mb|1gb|4gb)|(pro|accelerated)-\d+gb)$/),
  diskSizeGB: z.union([z.literal(1), z.int().multipleOf(5)]).optional(),
  postgresMajorVersion: z.string().regex(/^1[1-8]$/),
  ipAllowList: ipAllowList.optional(),
});

/** Groups cannot ask: Render takes `sync: false` in services only. */
const group = z.strictObject({ name, envVars: z.array(z.union([fixed, generated])) });

export const renderBlueprint = z.strictObject({
  services: z.array(z.discriminatedUnion('type', [web, worker, keyvalue])).min(1),
  databases: z.array(database).optional(),
  envVarGroups: z.array(group).optional(),
});

export type RenderBlueprint = z.infer<typeof renderBlueprint>;
