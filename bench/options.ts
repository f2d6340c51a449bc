/** What `npm run bench` is asked for. */
import { parseArgs } from 'node:util';

export type StoreKind = 'redis' | 'postgres';

export interface BenchOptions {
  stores: StoreKind[];
  mode: 'compare' | 'rate' | 'sustain' | 'memory' | 'growth' | 'images' | 'images-memory' | 'notifications';
  /** compare: per segment, instead of `seconds`; memory and growth: in all. */
  orders: number | undefined;
  /** compare: of each segment; rate and sustain: in all. */
  seconds: number;
  segments: number;
  /** Orders between POST and their end, at once. */
  concurrency: number;
  /** Orders a second, open loop. */
  rate: number | undefined;
  json: boolean;
  /** What each statement costs PostgreSQL, beside the rest. */
  statements: boolean;
  /** Folder for the V8 CPU profiles of api and workers. */
  profile: string | undefined;
}

const HELP = `npm run bench -- [options]
  --store redis|postgres|both  where the queues are (default: both; Redis when redis-server is on the PATH)
  --seconds S                  length of a segment (default 15)
  --orders N                   orders in a segment, instead of --seconds
  --segments N                 segments of the system, each followed by one of the floor (default 3)
  --concurrency C              closed loop: orders under way at once (default 128)
  --rate R                     open loop instead: R orders a second, with latencies (60 s, or --seconds)
  --sustain S --rate R         open loop for S seconds: does lag grow?
  --memory N                   N orders: resident memory of each process
  --growth N                   N orders: the cost of an order at the start and at the end
  --images                     pictures a second through codec and pool, beside bare libvips (--orders pictures, --segments turns)
  --images-memory N            N pictures through the images pool: resident memory of its processes
  --notifications N            N messages queued and sent by the notifications pool, beside its floor (--segments turns)
  --profile DIR                V8 CPU profiles of api and workers
  --statements                 what each statement costs PostgreSQL (--memory, --growth, --rate, --sustain)
  --json                       the report as JSON on stdout
`;

export function readOptions(argv: string[], hasRedis: boolean): BenchOptions {
  const { values } = parseArgs({
    args: argv,
    options: {
      store: { type: 'string', default: 'both' },
      seconds: { type: 'string' },
      orders: { type: 'string' },
      segments: { type: 'string', default: '3' },
      concurrency: { type: 'string', default: '128' },
      rate: { type: 'string' },
      sustain: { type: 'string' },
      memory: { type: 'string' },
      growth: { type: 'string' },
      images: { type: 'boolean', default: false },
      'images-memory': { type: 'string' },
      notifications: { type: 'string' },
      profile: { type: 'string' },
      statements: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) exit(HELP, 0);
  const wanted: StoreKind[] = values.store === 'both' ? ['redis', 'postgres'] : [values.store as StoreKind];
  if (wanted.some((kind) => kind !== 'redis' && kind !== 'postgres'))
    exit(`--store is redis, postgres or both\n${HELP}`, 64);
  if (wanted.includes('redis') && !hasRedis) {
    process.stderr.write('*** redis-server is not on the PATH: nothing is measured on Redis ***\n');
    wanted.splice(wanted.indexOf('redis'), 1);
  }
  const total = values.notifications ?? values['images-memory'] ?? values.memory ?? values.growth ?? values.orders;
  return {
    stores: wanted,
    mode: modeOf(values),
    orders: total === undefined ? undefined : number('orders', total),
    seconds: number('seconds', values.sustain ?? values.seconds ?? (values.rate ? '60' : '15')),
    segments: number('segments', values.segments),
    concurrency: number('concurrency', values.concurrency),
    rate: values.rate === undefined ? (values.sustain ? 100 : undefined) : number('rate', values.rate),
    json: values.json,
    profile: values.profile,
    statements: values.statements,
  };
}

function modeOf(values: Record<string, unknown>): BenchOptions['mode'] {
  if (values.images) return 'images';
  if (values['images-memory']) return 'images-memory';
  if (values.notifications) return 'notifications';
  if (values.memory) return 'memory';
  if (values.growth) return 'growth';
  if (values.sustain) return 'sustain';
  return values.rate ? 'rate' : 'compare';
}

function number(name: string, text: string): number {
  const value = Number(text);
  return Number.isFinite(value) && value > 0 ? value : exit(`--${name} takes a positive number, not ${text}\n`, 64);
}

function exit(text: string, code: number): never {
  (code === 0 ? process.stdout : process.stderr).write(text);
  process.exit(code);
}
