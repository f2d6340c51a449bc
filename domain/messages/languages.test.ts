import { describe, expect, it } from '@jest/globals';
import { changedTemplates, isComparable } from '../../test/support/messages/versions.ts';
import { addressLines } from './address.ts';
import { formatsOf } from './formats.ts';
import { findLocale, LANGUAGES, LOCALES, resolveLocale } from './locales.ts';
import { MESSAGE_TEMPLATES } from './order-view.ts';
import { renderEmail } from './render.ts';
import { SAMPLES } from './samples.ts';
import { pluralOf } from './words/plural.ts';
import { WORDS } from './words/words.ts';

/** Spaces that do not break, as plain ones. */
const plain = (text: string) => text.replaceAll(/[\u00a0\u202f]/g, ' ');

describe('which language a message is in', () => {
  it.each([
    ['de-AT', 'de', 'de-AT'],
    ['de-CH-1996', 'de', 'de-CH'],
    ['DE_at', 'de', 'de-AT'],
    ['en', 'en', 'en-US'],
    ['en-GB', 'en', 'en-GB'],
    ['es-419', 'es', 'es-ES'],
    ['ja-Jpan-JP', 'ja', 'ja-JP'],
    // A country without conventions of its own here, and a wish for other digits that would not fit the sentences.
    ['de-BR', 'de', 'de-DE'],
    ['en-u-nu-arab', 'en', 'en-US'],
  ])('%s is %s', (wanted, language, tag) => expect(findLocale(wanted)).toEqual({ language, tag }));

  it('is the next wish, then English, when nobody here speaks it', () => {
    expect(resolveLocale('zh', null, undefined, '', 'de')).toEqual({ language: 'de', tag: 'de-DE' });
    expect(resolveLocale('zh-Hant-TW', 'x'.repeat(100_000))).toEqual({ language: 'en', tag: 'en-US' });
  });

  it('names locales that Intl knows', () => expect(Intl.getCanonicalLocales([...LOCALES])).toEqual(LOCALES));
});

describe('how amounts, dates and numbers are written', () => {
  it.each([
    ['en-US', '€1,234.56', 'March 14, 2026', '1,204', '+4.5%'],
    ['en-GB', '€1,234.56', '14 March 2026', '1,204', '+4.5%'],
    ['de-DE', '1.234,56 €', '14. März 2026', '1.204', '+4,5 %'],
    ['de-AT', '€ 1.234,56', '14. März 2026', '1 204', '+4,5 %'],
    ['de-CH', "EUR 1'234.56", '14. März 2026', "1'204", '+4.5%'],
    ['es-ES', '1234,56 €', '14 de marzo de 2026', '1204', '+4,5 %'],
    ['es-MX', 'EUR 1,234.56', '14 de marzo de 2026', '1,204', '+4.5%'],
    ['ja-JP', '€1,234.56', '2026年3月14日', '1,204', '+4.5%'],
  ])('in %s', (tag, money, date, number, percent) => {
    const formats = formatsOf(findLocale(tag)!, 'UTC');
    const written = [formats.money({ amount: 123_456, currency: 'eur' }), formats.date('2026-03-14T10:00:00Z')];
    expect([...written, formats.number(1204), formats.percent(4.5, true)].map(plain)).toEqual([
      money,
      date,
      number,
      percent,
    ]);
  });

  it('takes the day of the time zone, a date alone as it is, and nothing from what is no time', () => {
    const locale = findLocale('en')!;
    expect(formatsOf(locale, 'Asia/Tokyo').date('2026-03-14T20:00:00Z')).toBe('March 15, 2026');
    expect(formatsOf(locale, 'America/Los_Angeles').date('2026-03-14')).toBe('March 14, 2026');
    expect(formatsOf(locale, 'Not/AZone').dateTime('2026-03-14T20:00:00Z')).toBe('March 14, 2026 at 8:00 PM UTC');
    expect(formatsOf(locale, 'UTC').date('soon')).toBe('');
  });

  it('takes each form of a number that a language has', () => {
    const count = pluralOf<'one' | 'many' | 'other'>('es');
    const forms = { one: 'uno', many: 'de', other: 'otros' };
    expect([1, 2, 1_000_000].map((n) => count(n, forms))).toEqual(['uno', 'otros', 'de']);
    expect(WORDS.es.shop.digest.more({ more: 1_204 })).toBe('y 1204 más');
    expect(WORDS.de.subscriptions.every.month(1)).toBe('pro Monat');
    expect(WORDS.de.subscriptions.every.month(3)).toBe('alle 3 Monate');
  });
});

describe('addresses', () => {
  const parts = { name: 'A', line1: '1 Way', line2: '', city: 'Town', postal_code: '123', state: 'ST' };
  const lines = (country: string, japanese = false) =>
    addressLines({ ...parts, country }, (code) => `(${code})`, japanese);

  it.each([
    ['US', ['A', '1 Way', 'Town, ST 123', '(US)']],
    ['GB', ['A', '1 Way', 'Town', 'ST', '123', '(GB)']],
    ['DE', ['A', '1 Way', '123 Town', 'ST', '(DE)']],
    ['JP', ['A', '1 Way', 'Town, ST 123', '(JP)']],
  ])('are written as %s has them', (country, expected) => expect(lines(country)).toEqual(expected));

  it('go from the large to the small in Japanese', () => {
    const tokyo = {
      name: '山田花子',
      line1: '丸の内1-1',
      city: '千代田区',
      postal_code: '100-0001',
      state: '東京都',
      country: 'JP',
    };
    const written = addressLines(tokyo, () => '日本', true);
    expect(written).toEqual(['〒100-0001', '東京都千代田区丸の内1-1', '山田花子 様', '日本']);
    expect(lines('DE', true)).toEqual(lines('DE'));
  });

  it('take what there is', () => {
    expect(addressLines(null, String, false)).toEqual([]);
    expect(addressLines({ city: 'Leeds', country: 5 }, String, false)).toEqual(['Leeds']);
  });
});

describe('the words', () => {
  it.each(LANGUAGES.filter((language) => language !== 'en'))('of %s are not those of English', (language) => {
    for (const template of MESSAGE_TEMPLATES) {
      const { subject, text } = renderEmail(template as never, SAMPLES[template] as never, language);
      const english = renderEmail(template as never, SAMPLES[template] as never, 'en');
      // What a finding says comes from the books, which are kept in English.
      if (template !== 'reconciliation-summary') expect(text).not.toMatch(/\b(your|order|payment|with|and|is)\b/i);
      expect(subject).not.toBe(english.subject);
    }
  });

  it('of a card that was not taken are the reader’s', () => {
    const failed = SAMPLES['payment-failed'];
    expect(renderEmail('payment-failed', failed, 'de').text).toContain('Ihre Karte wurde abgelehnt.');
    const unknown = { ...failed, order: { ...failed.order, payment: { error: 'constructor', actionUrl: null } } };
    expect(renderEmail('payment-failed', unknown, 'de').text).toContain('constructor');
  });

  it('change with a new version of their template', () => {
    if (isComparable()) expect(changedTemplates()).toEqual([]);
  });
});
