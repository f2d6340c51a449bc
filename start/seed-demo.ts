/** Fills an empty shop with the demo's goods and their pictures, once: what a merchant takes away later stays away. */
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { demoProducts } from '../sandbox/catalogue/catalogue.ts';
import type { SeedOptions } from '../sandbox/catalogue/seed-call.ts';
import { seedCatalogue } from '../sandbox/catalogue/seed-catalogue.ts';

export interface DemoOptions extends SeedOptions {
  dataDir: string;
  say: (line: string) => void;
}

export async function seedDemo({ dataDir, say, ...api }: DemoOptions): Promise<void> {
  const variants = await seedCatalogue(api);
  if (variants) say(`the demo catalogue is in: ${demoProducts.length} products, ${variants} variants`);
  const done = join(dataDir, 'demo-pictures');
  if (existsSync(done)) return;
  // Painting takes a library that nothing else here needs.
  const { seedPictures } = await import('../sandbox/catalogue/seed-pictures.ts');
  try {
    const uploaded = await seedPictures(api);
    writeFileSync(done, '');
    if (uploaded) say(`${uploaded} pictures are uploaded; their variants follow within a minute`);
  } catch (error) {
    // A shop without pictures sells all the same, and the next start tries again.
    say(`the demo's pictures were not uploaded: ${(error as Error).message}`);
  }
}
