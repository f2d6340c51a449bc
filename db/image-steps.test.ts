import { expect, it } from '@jest/globals';
import { createTestDatabase } from '../test/support/database.ts';
import { openDatabase } from './database.ts';
import { readImageSteps, recordImageSteps } from './image-steps.ts';

it('steps of many pictures add up to histograms', async () => {
  const database = await createTestDatabase();
  const db = openDatabase({ url: database.url, applicationName: 'test' });
  const one = [
    { step: 'decode', seconds: 0.02 },
    { step: 'encode_webp', seconds: 0.3 },
    { step: 'encode_webp', seconds: 60 },
  ] as const;
  await Promise.all(Array.from({ length: 20 }, () => recordImageSteps(db, one)));
  await recordImageSteps(db, []);
  expect(await readImageSteps(db)).toEqual([
    { step: 'decode', count: 20, seconds: expect.closeTo(0.4), buckets: [0, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20] },
    { step: 'encode_webp', count: 40, seconds: expect.closeTo(1206), buckets: [0, 0, 0, 0, 0, 20, 20, 20, 20, 20, 20] },
  ]);
  await db.close();
  await database.drop();
});
