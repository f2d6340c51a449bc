import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { expandUpcE, gtin14Of, isRestrictedGtin, parseGtin } from './gtin.ts';

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

describe('a GTIN', () => {
  it('is compared in fourteen digits', () => {
    expect(gtin14Of('40170725')).toBe('00000040170725');
    expect(gtin14Of('042100005264')).toBe(gtin14Of('0042100005264'));
  });

  it.each([
    '2012345678900',
    '0212345678909',
    '0412345678903',
    '0512345678900',
    '9812345678909',
    '9912345678906',
    '20123451',
    '00000000',
    '0000000000000',
    '212345000069',
  ])('such as %s means nothing outside one shop', (gtin) => expect(isRestrictedGtin(gtin14Of(gtin))).toBe(true));

  it.each([
    '4006381333931',
    '40170725',
    '042100005264',
    '0012345678905',
    '9780306406157',
    '10614141543219',
    '3012345678909',
  ])('such as %s means the same everywhere', (gtin) => expect(isRestrictedGtin(gtin14Of(gtin))).toBe(false));
});

describe('expandUpcE', () => {
  it.each([
    ['04252614', '042100005264'],
    ['01234505', '012000003455'],
    ['01234514', '012100003454'],
    ['01234523', '012200003453'],
    ['01234531', '012300000451'],
    ['01234543', '012340000053'],
    ['01234558', '012345000058'],
    ['01234565', '012345000065'],
    ['01234596', '012345000096'],
    ['0 123456 5', '012345000065'],
  ])('fills the zeros into %s', (short, long) => expect(expandUpcE(short)).toBe(long));

  it.each(['01234566', '21234565', '1234565', '012345655', '', 'abcdefgh'])('refuses %j', (short) => {
    expect(expandUpcE(short)).toBeUndefined();
  });
});
