/** `npm run bench`: what the system does on this machine, beside the floor of the same run. See docs/performance.md. */
import { compare } from './compare.ts';
import { endure } from './endurance.ts';
import { benchImages, printImages } from './images.ts';
import { benchImagesMemory, printImagesMemory } from './images-memory.ts';
import { benchNotifications, printNotifications } from './notifications.ts';
import { readOptions, type StoreKind } from './options.ts';
import { say } from './progress.ts';
import { FLOOR_WORDS, printComparison, printEndurance } from './report.ts';
import { describeMachine, hasRedis, startStores } from './stores.ts';

const options = readOptions(process.argv.slice(2), hasRedis());
const machine = describeMachine();
const results: object[] = [];
const texts: string[] = [];
let stopStores = async () => {};
let interrupted = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (interrupted) return;
    interrupted = true;
    // The children end with the channel to this process; PostgreSQL has to be stopped.
    void stopStores().finally(() => process.exit(130));
  });
}

for (const store of options.stores) await bench(store);
if (options.json)
  process.stdout.write(`${JSON.stringify({ machine, options, floor: FLOOR_WORDS, results }, undefined, 2)}\n`);
else
  process.stdout.write(
    `\n# Benchmark\n\n${machine}\n${options.mode === 'compare' ? `\n${FLOOR_WORDS}\n` : ''}\n${texts.join('\n\n')}\n`,
  );
process.exit(0);

async function bench(store: StoreKind): Promise<void> {
  const stores = await startStores(store === 'redis', options.statements);
  stopStores = () => stores.stop();
  let failed = true;
  try {
    if (options.mode === 'compare') {
      const result = await compare(options, stores, store);
      results.push(slim(result));
      texts.push(printComparison(result));
    } else if (options.mode === 'images') {
      const result = await benchImages({ pictures: options.orders ?? 24, turns: options.segments }, stores, store);
      results.push(result);
      texts.push(printImages(result));
    } else if (options.mode === 'images-memory') {
      const result = await benchImagesMemory(stores, store, options.orders!);
      results.push(result);
      texts.push(printImagesMemory(result));
    } else if (options.mode === 'notifications') {
      const { orders, segments: turns, profile: profileDir } = options;
      const result = await benchNotifications({ messages: orders!, turns, profileDir }, stores, store);
      results.push(result);
      texts.push(printNotifications(result));
    } else {
      const result = await endure(options, stores, store);
      results.push(slim(result));
      texts.push(printEndurance(result));
    }
    failed = false;
  } catch (error) {
    // What fails then fails because of it; the signal's handler ends the process when the stores have stopped.
    if (interrupted) await new Promise(() => {});
    say(`${store}: ${(error as Error).stack}\nlogs are in ${stores.dataDir}`);
    throw error;
  } finally {
    if (!interrupted) await stores.stop(failed);
  }
}

/** Without the tens of thousands of single values. */
function slim(result: object): object {
  const bulky = new Set(['ids', 'postMs']);
  return JSON.parse(
    JSON.stringify(result, (key, value) => (bulky.has(key) && Array.isArray(value) ? undefined : value)),
  );
}
