import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkDigitOf } from './gtin.ts';
import { findIdentifier } from './product-identifier.ts';

const told = (text: string) => {
  const found = findIdentifier(text);
  return found && `${found.kind} ${found.value} ${found.gtin14}${found.restricted ? ' restricted' : ''}`;
};

describe('the shared cases', () => {
  const file = fileURLToPath(new URL('../../shared/data/gtin/gtin-cases.json', import.meta.url));
  if (!existsSync(file))
    process.stderr.write(`product-identifier.test.ts: SKIPPED the shared cases, ${file} is not there\n`);
  const shared = existsSync(file) ? it : it.skip;
  type Cases = Record<'classification' | 'extractId', { input: string; expected: string | null }[]>;
  const cases = (of: keyof Cases) => (JSON.parse(readFileSync(file, 'utf8')) as Cases)[of];

  shared('are classified as expected', () => {
    expect(cases('classification').length).toBeGreaterThan(70);
    for (const { input, expected } of cases('classification')) {
      expect({ input, kind: findIdentifier(input)?.kind ?? null }).toEqual({ input, kind: expected });
    }
  });
  shared('are found where expected', () => {
    expect(cases('extractId').length).toBeGreaterThan(30);
    for (const { input, expected } of cases('extractId')) {
      expect({ input, value: findIdentifier(input)?.value ?? null }).toEqual({ input, value: expected });
    }
  });
});

describe('findIdentifier', () => {
  it.each([
    ['EAN: 4006381333931', 'gtin13 4006381333931 04006381333931'],
    ['EAN/GTIN: 4006381333931', 'gtin13 4006381333931 04006381333931'],
    ['GTIN (EAN-13): 4006381333931', 'gtin13 4006381333931 04006381333931'],
    ['Barcode 4006381333931, Art.-Nr. 12345670', 'gtin13 4006381333931 04006381333931'],
    ['UPC 036000291452', 'upc 036000291452 00036000291452'],
    ['UPC-A: 0 36000 29145 2', 'upc 036000291452 00036000291452'],
    ['UPC: 04252614', 'upc 042100005264 00042100005264'],
    ['UPC-E 0425261-4', 'upc 042100005264 00042100005264'],
    ['EAN-8: 4017 0725', 'gtin8 40170725 00000040170725'],
    ['ISBN-10: 0-306-40615-2', 'isbn10 0306406152 09780306406157'],
    ['ISBN 0-8044-2957-X', 'isbn10 080442957X 09780804429573'],
    ['ISBN-10: 0525555366 ISBN-13: 978-0525555360', 'isbn10 0525555366 09780525555360'],
    ['ISBN 979-10-90636-07-1', 'isbn13 9791090636071 09791090636071'],
    ['ISMN M-2306-7118-7', 'ismn 9790230671187 09790230671187'],
    ['ISMN 979-0-2306-7118-7', 'ismn 9790230671187 09790230671187'],
    ['ISSN 2434-561X', 'issn 2434561X null'],
    ['GTIN 10614141543219', 'gtin14 10614141543219 10614141543219'],
    ['EAN 2012345678903', 'gtin13 2012345678903 02012345678903 restricted'],
  ])('reads %j', (text, expected) => expect(told(text)).toBe(expected));

  it.each([
    '',
    'EAN',
    'EAN: 4006381333932',
    'ISBN: 4006381333931',
    'ISSN: 40170725',
    'ISBN 0-306-40615-3',
    'UPC: 04252615',
    'Tel. 4006381333931',
    'OCEAN 4006381333931',
    'EAN 4006381333931 / EAN 7350053850019',
    'EAN 40063813339310',
    'EAN 4006381333931-77',
    'EAN 4006381333931B',
    `EAN 4006381333931 ${'x'.repeat(300)}`,
  ])('finds nothing to rely on in %j', (text) => expect(told(text)).toBeUndefined());

  it('never throws, and gives only what checks', () => {
    const bits = fc.constantFrom(...'0123456789X -:#'.split(''), 'EAN', 'ISBN', 'UPC', 'M');
    fc.assert(
      fc.property(fc.string({ unit: bits, maxLength: 30 }), (text) => {
        const gtin14 = findIdentifier(text)?.gtin14;
        if (gtin14) expect(checkDigitOf(gtin14.slice(0, -1))).toBe(Number(gtin14.at(-1)));
      }),
      { numRuns: 3_000 },
    );
  });
});
