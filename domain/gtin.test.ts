import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { parseGtin } from './gtin.ts';

describe('parseGtin', () => {
  it.each([
    ['40170725', '40170725'],
    ['042100005264', '042100005264'],
    ['7350053850019', '7350053850019'],
    ['1061-4141-543-219', '10614141543219'],
    [' 978-1-933624-34-1 ', '9781933624341'],
  ])('reads %j', (printed, digits) => expect(parseGtin(printed)).toBe(digits));

  it.each([
    '40170726',
    '7350053850018',
    '10614141543218',
    '',
    '0',
    '123456789',
    'EAN 40170725',
    '٤٠١٧٠٧٢٥',
    '4017072５',
  ])('refuses %j', (printed) => expect(parseGtin(printed)).toBeUndefined());

  it('finds every single wrong digit', () => {
    const digits = '7350053850019';
    for (let at = 0; at < digits.length; at++) {
      const wrong = `${digits.slice(0, at)}${(Number(digits[at]) + 1) % 10}${digits.slice(at + 1)}`;
      expect(parseGtin(wrong)).toBeUndefined();
    }
  });

  const file = fileURLToPath(new URL('../../shared/data/gtin/gtin-cases.json', import.meta.url));
  if (!existsSync(file)) process.stderr.write(`gtin.test.ts: SKIPPED the shared cases, ${file} is not there\n`);
  (existsSync(file) ? it : it.skip)('agrees with the shared cases on what is a GTIN', () => {
    const { classification } = JSON.parse(readFileSync(file, 'utf8')) as {
      classification: { input: string; expected: string | null }[];
    };
    const gtins = ['gtin8', 'upc', 'gtin13', 'gtin14', 'isbn13', 'ismn'];
    const bare = classification.filter(({ input }) => /^[\d\s-]+$/.test(input));
    expect(bare.length).toBeGreaterThan(30);
    for (const { input, expected } of bare.filter(({ expected }) => expected === null || gtins.includes(expected))) {
      expect({ input, gtin: parseGtin(input) !== undefined }).toEqual({ input, gtin: expected !== null });
    }
  });
});
