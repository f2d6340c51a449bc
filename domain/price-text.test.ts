/** The table says what is read how; the properties say it of every price that Intl can print, and that nothing hostile is expensive. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { exponentOf, toDecimal } from './money.ts';
import { type ParsedPrice, type PriceHints, parsePrice } from './price-text.ts';

const TABLE = new URL('../test/fixtures/price-strings.txt', import.meta.url);
const lines = readFileSync(TABLE, 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .map((line) => line.split('|').map((cell) => cell.trim()) as [string, string, string]);

/** `eur de-DE` → the hints. */
function hintsOf(cell: string): PriceHints {
  const words = cell.split(' ').filter(Boolean);
  const currency = words.find((word) => /^[a-z]{3}$/.test(word));
  const locale = words.find((word) => word.includes('-'));
  return { ...(currency && { currency }), ...(locale && { locale }) };
}

/** A result as the table writes it. */
function written(price: ParsedPrice | null): string {
  if (!price) return '-';
  const decimal = (amount: number) => {
    const [whole, fraction] = toDecimal({ amount, currency: price.currency ?? 'usd' }).split('.');
    return /^0*$/.test(fraction ?? '') && price.exponent < 3 ? whole : `${whole}.${fraction}`;
  };
  const { kind, amount, upper, listAmount, tax, currency } = price;
  const figure = upper === undefined ? decimal(amount) : `${decimal(amount)}-${decimal(upper)}`;
  const list = listAmount === undefined ? '' : ` was ${decimal(listAmount)}`;
  const told = tax === undefined ? '' : tax === 'included' ? ' +tax' : ' -tax';
  return `${kind === 'from' ? 'from ' : ''}${figure} ${currency ?? '?'}${list}${told}`;
}

describe('the table', () => {
  it('holds some hundreds of strings', () => expect(lines.length).toBeGreaterThan(600));

  it.each(lines)('%s [%s]', (text, hints, expected) => {
    const printed = text.replaceAll('_', '\u00a0').replaceAll('^', '\u202f');
    expect(written(parsePrice(printed, hintsOf(hints)))).toBe(expected || '-');
  });
});

/** Where shops are, and what they sell in. */
const SHOPS =
  `en-US:usd en-GB:gbp en-IE:eur en-CA:cad fr-CA:cad en-AU:aud en-IN:inr en-ZA:zar de-DE:eur de-AT:eur de-CH:chf fr-FR:eur fr-CH:chf
  es-ES:eur es-MX:mxn es-AR:ars es-CL:clp es-CO:cop pt-BR:brl pt-PT:eur it-IT:eur nl-NL:eur sv-SE:sek nb-NO:nok da-DK:dkk fi-FI:eur
  is-IS:isk pl-PL:pln cs-CZ:czk sk-SK:eur hu-HU:huf ro-RO:ron bg-BG:bgn hr-HR:eur sl-SI:eur sr-RS:rsd lt-LT:eur lv-LV:eur et-EE:eur
  el-GR:eur tr-TR:try ru-RU:rub uk-UA:uah kk-KZ:kzt ka-GE:gel ar-EG:egp ar-SA:sar ar-AE:aed ar-KW:kwd fa-IR:irr he-IL:ils hi-IN:inr
  bn-BD:bdt mr-IN:inr ja-JP:jpy zh-CN:cny zh-TW:twd ko-KR:krw vi-VN:vnd th-TH:thb id-ID:idr ms-MY:myr fil-PH:php sw-KE:kes`
    .split(/\s+/)
    .map((pair) => pair.split(':') as [string, string]);

type Display = 'symbol' | 'code' | 'narrowSymbol';

const formats = new Map<string, Intl.NumberFormat>();

function printed(locale: string, currency: string, amount: number, display: Display): string {
  const id = `${locale} ${currency} ${display}`;
  if (!formats.has(id)) {
    const digits = exponentOf(currency);
    const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, currencyDisplay: display } as const;
    formats.set(id, new Intl.NumberFormat(locale, { style: 'currency', currency: currency.toUpperCase(), ...options }));
  }
  return formats.get(id)!.format(toDecimal({ amount, currency }) as unknown as number);
}

const amounts = fc.oneof(fc.nat(99_999), fc.nat(99_999_999), fc.nat(9_999_999_999));
const displays = fc.constantFrom('symbol', 'code', 'narrowSymbol');

describe('what Intl prints', () => {
  it('covers more than thirty locales', () =>
    expect(new Set(SHOPS.map(([locale]) => locale)).size).toBeGreaterThan(50));

  it.each(SHOPS)('in %s (%s) is read as what was printed', (locale, currency) => {
    const read = (amount: number, display: Display) =>
      parsePrice(printed(locale, currency, amount, display), { currency, locale });
    fc.assert(
      fc.property(amounts, displays, (amount, display) => {
        expect(read(amount, display)).toEqual({ kind: 'exact', amount, exponent: exponentOf(currency), currency });
      }),
      { numRuns: 150 },
    );
  });

  it('is read rightly or not at all without its locale, without hints, and under wrong ones', () => {
    const hints = fc.record({
      currency: fc.option(fc.constantFrom(...SHOPS.map(([, currency]) => currency)), { nil: undefined }),
      locale: fc.option(fc.constantFrom(...SHOPS.map(([locale]) => locale)), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.constantFrom(...SHOPS), amounts, hints, ([locale, currency], amount, wrong) => {
        const price = parsePrice(printed(locale, currency, amount, 'symbol'), wrong);
        if (!price) return;
        const scale = 10 ** (exponentOf(currency) - price.exponent);
        expect(price.amount * scale).toBe(amount);
        if (wrong.currency === undefined && wrong.locale === undefined)
          expect([currency, null]).toContain(price.currency);
      }),
      { numRuns: 3_000 },
    );
  });
});

describe('hostile strings', () => {
  const bits = fc.constantFrom(
    ..."0123456789.,'  -–/%$€£¥₹krzłCHFx×()+~:٫٬١円税 from was per kg月".split(''),
    '\u00a0',
    '\u202f',
    '\u200f',
    '٣',
    'İ',
    '𝟗',
  );
  it('are never thrown at, and come to integers in bounds', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: bits, maxLength: 40 })), (text) => {
        const price = parsePrice(text, { currency: 'eur' });
        if (!price) return;
        expect(Number.isSafeInteger(price.amount) && price.amount >= 0).toBe(true);
        if (price.upper !== undefined) expect(price.upper).toBeGreaterThan(price.amount);
        if (price.listAmount !== undefined) expect(price.listAmount).toBeGreaterThan(price.amount);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    '1',
    '1 ',
    '1,',
    '1.',
    '€',
    '$1',
    'from ',
    '1 - ',
    '(',
    ' ',
    '\u00a0',
    'kr',
    'x',
    '1x',
    '%',
    'a',
    '税',
    '1\u00a0000',
  ])('of many %j cost little', (bit) => {
    const started = performance.now();
    for (const length of [200, 2_000, 1_000_000])
      parsePrice(bit.repeat(length / bit.length), { currency: 'eur', locale: 'de-DE' });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('of unknown or broken hints do no harm', () => {
    expect(parsePrice('19,99', { currency: 'EUR', locale: 'not a locale' })).toMatchObject({
      amount: 1999,
      currency: 'eur',
    });
    expect(parsePrice('1.234 €', { locale: 'xx-XX' })).toMatchObject({ amount: 123400 });
  });
});
