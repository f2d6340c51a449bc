/** Fills an empty shop with the demo's goods, their pictures and its people, once: what a merchant takes away later stays away. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoProducts } from '../sandbox/catalogue/catalogue.ts';
import type { SeedOptions } from '../sandbox/catalogue/seed-call.ts';
import { seedCatalogue } from '../sandbox/catalogue/seed-catalogue.ts';
import { seedPeople } from '../sandbox/catalogue/seed-people.ts';
import { type PriceSeedOptions, seedPrices } from '../sandbox/competitors/seed-prices.ts';

export interface DemoOptions extends SeedOptions {
  dataDir: string;
  /** The played chat's webhook; undefined where messages leave for real: the demo's people have no mailboxes there. */
  chatUrl: string | undefined;
  /** Of the sandbox, where the competitors' shops are. */
  sandboxPort: number;
  playsFirecrawl: boolean;
  say: (line: string) => void;
}

export async function seedDemo(options: DemoOptions): Promise<void> {
  const { dataDir, chatUrl, sandboxPort: port, playsFirecrawl, say, ...api } = options;
  const variants = await seedCatalogue(api);
  if (variants) say(`the demo catalogue is in: ${demoProducts.length} products, ${variants} variants`);
  if (chatUrl) await once(join(dataDir, 'demo-people'), () => seedPeople({ ...api, chatUrl }));
  // A shop without these sells all the same, and the next start tries again.
  const optional = (name: string, seed: () => Promise<void>) =>
    once(join(dataDir, `demo-${name}`), seed).catch((error: Error) =>
      say(`the demo's ${name} are not in: ${error.message}`),
    );
  await optional('prices', () => watchPrices({ ...api, port, playsFirecrawl }, say));
  await optional('pictures', () => uploadPictures(api, say));
}

/** The mark says that it is done. */
async function once(mark: string, seed: () => Promise<void>): Promise<void> {
  if (existsSync(mark)) return;
  await seed();
  writeFileSync(mark, '');
}

async function watchPrices(options: PriceSeedOptions, say: DemoOptions['say']): Promise<void> {
  const pages = await seedPrices(options);
  say(`${pages} pages of competitors are watched; a price alert is in the mailbox within some minutes`);
}

async function uploadPictures(api: SeedOptions, say: DemoOptions['say']): Promise<void> {
  // Painting takes a library that nothing else here needs.
  const { seedPictures } = await import('../sandbox/catalogue/seed-pictures.ts');
  const uploaded = await seedPictures(api);
  if (uploaded) say(`${uploaded} pictures are uploaded; their variants follow within a minute`);
}
