/**
 * node bench/import-images.ts --products 300 --each 5: products are made in the running system (or in one that is started for
 * this), their pictures are imported from the sandbox's picture host by `images import`, and what it took is printed. Started
 * again it goes on where it was. Exit codes: 0 all pictures are ready, 1 some are not or nothing could be started.
 */
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { openSystem, type Runtime } from './running-system.ts';

if (existsSync('.env')) process.loadEnvFile('.env');

const command = new Command('import-images')
  .option('-p, --products <count>', 'how many products', Number, 300)
  .option('-e, --each <count>', 'pictures of each', Number, 5)
  .option('--first <number>', 'of the pictures: others than before are new work', Number, 1)
  .parse();
const { products, each, first } = command.opts<{ products: number; each: number; first: number }>();

const interrupt = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupt.abort());
const say = (line: string) => void process.stderr.write(`${line}\n`);
async function run(runtime: Runtime): Promise<number> {
  await makeProducts(runtime);
  const statistics = `${runtime.sandbox_url}/pictures/statistics`;
  await fetch(statistics, { method: 'DELETE' });
  const file = await writeFile(runtime);
  say(`${products} products, ${products * each} pictures: ${file}`);
  const began = performance.now();
  const code = await importFile(file, runtime);
  const seconds = (performance.now() - began) / 1_000;
  const seen = (await (await fetch(statistics)).json()) as Record<string, number>;
  const rate = code === 0 ? `${((products * each) / seconds).toFixed(1)} pictures/s` : 'not to the end';
  say(
    `${seconds.toFixed(1)} s, ${rate}; the host was asked ${seen.requests} times, ` +
      `at most ${seen.most_at_once} at once and ${seen.most_per_second} within a second`,
  );
  return code;
}

/** Products that are made by one request. */
const LINES = 1_000;
const slugOf = (number: number) => `imported-${number}`;

async function makeProducts({ api_url, secret_key }: Runtime): Promise<void> {
  for (let from = 0; from < products; from += LINES) {
    const lines = Array.from({ length: Math.min(LINES, products - from) }, (_, at) => ({
      sku: `IMPORTED-${from + at}`,
      product_slug: slugOf(from + at),
      product: { name: `Imported ${from + at}` },
    }));
    const response = await fetch(`${api_url}/v1/products/import`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${secret_key}`, 'Content-Type': 'application/x-ndjson' },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    });
    if (!response.ok) throw new Error(`The products were not taken: ${response.status} ${await response.text()}`);
  }
}

async function writeFile({ sandbox_url }: Runtime): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'stockroom-import-')), 'pictures.ndjson');
  const out = createWriteStream(path);
  for (let product = 0; product < products; product++) {
    const urls = Array.from({ length: each }, (_, at) => `${sandbox_url}/pictures/${first + product * each + at}.jpg`);
    out.write(`${JSON.stringify({ slug: slugOf(product), image_urls: urls })}\n`);
  }
  await new Promise<void>((resolve) => out.end(resolve));
  return path;
}

/** The command as anybody would give it: a process of its own, with its bar on this terminal. */
function importFile(file: string, { database_url }: Runtime): Promise<number> {
  const child = spawn(process.execPath, ['cli/main.ts', 'images', 'import', file], {
    stdio: 'inherit',
    env: { ...process.env, DATABASE_URL: database_url },
  });
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 130)));
}

const system = await openSystem(interrupt.signal, say);
try {
  process.exitCode = await run(system.runtime);
} finally {
  await system.stop();
}
