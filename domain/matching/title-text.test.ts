import { describe, expect, it } from '@jest/globals';
import { colorsIn, colorsInTitle } from './colors.ts';
import { measuresOf, packCountOf } from './measures.ts';
import { isSameBrand, isSameName } from './same-name.ts';
import { compareTitles } from './score-titles.ts';
import { searchWords, spellingsOf } from './search-words.ts';
import { bare, fold, isModelNumber, tokensOf } from './title-text.ts';

describe('a title', () => {
  it.each([
    ['Größe Łódź Ærø', 'grosse lodz aero'],
    ['Ｆｕｌｌ Ⅱ', 'full ii'],
    ['İstanbul', 'istanbul'],
  ])('%s is folded to %s', (text, folded) => expect(fold(text)).toBe(folded));

  it.each([
    ['Sony 10,1 Zoll', ['sony', '10.1', 'zoll']],
    ['Cyber-shot DSC W170', ['cyber', 'shot', 'dsc', 'w170']],
    ['電動歯科', ['電動', '動歯', '歯科']],
  ])('%s is taken apart', (title, tokens) => expect(tokensOf(title)).toEqual(tokens));

  it('keeps a maker’s number whole, and knows it from a measure', () => {
    expect(tokensOf('belkin f8n044-slv')).toEqual(['belkin', 'f8n044slv']);
    expect(bare('WH-1000 XM4')).toBe('wh1000xm4');
    for (const token of ['wh1000xm4', 'tn450', 'c8560a', '41u5254', '26109'])
      expect([token, isModelNumber(token)]).toEqual([token, true]);
    for (const token of ['16gb', '3button', '3in1', 'cat5e', 'usb2', '1080p', '24pk', 'blue', '2024', '10.1'])
      expect([token, isModelNumber(token)]).toEqual([token, false]);
  });

  it('is alike in another order and language, and not for what it has in common with all', () => {
    const one = compareTitles('Sony WH-1000XM4 wireless headphones, black', 'Kopfhörer schwarz SONY WH1000XM4');
    expect(one).toMatchObject({ modelNumber: 'same' });
    const other = compareTitles('Sony WH-1000XM4 headphones', 'Sony WH-1000XM5 headphones');
    expect(other).toMatchObject({ modelNumber: 'different' });
    expect(compareTitles('the best of the new', 'the new of the best').shared).toEqual(['best']);
    expect(compareTitles('', 'x').overlap).toBe(0);
  });

  it('costs no more for being made to', () => {
    const started = performance.now();
    for (const text of [
      '1 '.repeat(50_000),
      `${'a-'.repeat(50_000)}1`,
      '１'.repeat(100_000),
      `${'9'.repeat(100_000)}x9ml`,
      '"'.repeat(90_000),
    ]) {
      compareTitles(text, text);
      measuresOf(text);
      packCountOf(text);
      colorsInTitle(text);
      searchWords(text, text);
    }
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('how much', () => {
  it.each<[string, string, number[]]>([
    ['Cola 0,33 l', 'volume', [330]],
    ['Cola 12 fl oz', 'volume', [354.882]],
    ['Mehl 1.000 g', 'mass', [1_000]],
    ['Käse 1,5kg', 'mass', [1_500]],
    ['TV 55"', 'length', [1_397]],
    ['SSD 1 TB', 'storage', [1_000]],
    ['Lampe 7,5 W', 'power', [7.5]],
    ['Akku 5000 mAh', 'charge', [5_000]],
  ])('%s is of %s %j', (title, dimension, values) => {
    const found = measuresOf(title).get(dimension as 'volume');
    expect(found?.map((value) => Math.round(value * 1_000) / 1_000)).toEqual(values);
  });

  it.each(['3 in 1', '5-in-1 tool', 'iPhone 14', 'Model 3 G5', '2 to 4 players'])('%s measures nothing', (title) =>
    expect([...measuresOf(title)]).toEqual([]),
  );

  it.each([
    ['Cola 6 x 330 ml', 6],
    ['Cola 6x0,33l', 6],
    ['Socken 3er-Pack', 3],
    ['Socks (3-pack)', 3],
    ['Pack of 12 batteries', 12],
    ['Lot de 4 verres', 4],
    ['Confezione da 6', 6],
    ['Paquete de 2', 2],
    ['Batterien 8 Stück', 8],
    ['Filtres 10 pièces', 10],
    ['Doppelpack Shampoo', 2],
    ['Set of 2', 2],
  ])('%s are %i together', (title, count) => expect(packCountOf(title)).toBe(count));

  it.each(['Camera 4x optical zoom', 'Bild 10 x 15 cm', 'Backpack 20', 'iPhone 14', 'Six feet under'])(
    '%s says no number of them',
    (title) => expect(packCountOf(title)).toBeUndefined(),
  );
});

it('colours are families, in many languages; words that mean more are colours only where one is asked for', () => {
  for (const [text, family] of [
    ['Dunkel Schwarz', 'black'],
    ['noir', 'black'],
    ['azul marino', 'blue'],
    ['grün/weiß', 'green'],
    ['czerwony', 'red'],
  ] as const)
    expect([...colorsIn(text)]).toContain(family);
  expect([...colorsIn('Sand')]).toEqual(['beige']);
  expect([...colorsInTitle('Golden Sand Cream')]).toEqual([]);
});

describe('names', () => {
  it.each([
    ['Amazon EU S.à r.l.', 'Amazon.de'],
    ['MediaMarkt', 'Media Markt GmbH'],
    ['human toolz', 'humantoolz'],
    ['Nike', 'Nike Sportswear'],
    ['Rival Co., Ltd.', 'rival'],
  ])('%s and %s are the same', (a, b) => expect(isSameName(a, b)).toBe(true));

  it.each([
    ['Rival', 'TechBay24'],
    ['Amazon', 'Amazonia Trading'],
    ['', 'Rival'],
    ['Sony', 'Sony Ericsson Mobile Communications Nordic'],
  ])('%s and %s are not', (a, b) => expect(isSameName(a, b)).toBe(false));

  it('a brand may be its initials', () => {
    expect(isSameBrand('HP', 'Hewlett-Packard')).toBe(true);
    expect(isSameBrand('HP', 'Hasselblad')).toBe(false);
  });
});

it('a search of our own catalogue is few words, quoted, the rarest first', () => {
  expect(searchWords("Sony WH-1000XM4 headphones 'black' | & !", 'Sony')).toBe(
    "'1000xm4' | ('sony' & ('headphones' | 'black'))",
  );
  expect(searchWords('garden hose reel', undefined)).toBe(
    "('garden' & 'hose') | ('garden' & 'reel') | ('hose' & 'reel')",
  );
  expect(searchWords('--- ()', undefined)).toBeNull();
  expect(spellingsOf('04006381333931')).toEqual(['4006381333931', '04006381333931']);
  expect(spellingsOf('00000096385074')).toEqual(['96385074', '000096385074', '0000096385074', '00000096385074']);
});
