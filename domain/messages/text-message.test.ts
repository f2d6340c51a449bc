import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { composeTextMessage, segmentsOf } from './text-message.ts';

const url = 'https://shop.example/?order=1&token=abc';

describe('segments', () => {
  it.each([
    ['', 1],
    ['a'.repeat(160), 1],
    ['a'.repeat(161), 2],
    ['a'.repeat(306), 2],
    ['a'.repeat(307), 3],
    // Each takes two septets.
    ['€'.repeat(80), 1],
    ['€'.repeat(81), 2],
    ['Größe: 5 @ £ñ', 1],
    ['あ'.repeat(70), 1],
    ['あ'.repeat(71), 2],
    ['😀'.repeat(35), 1],
    ['😀'.repeat(36), 2],
    [`${'a'.repeat(70)}ü`, 1],
    [`${'a'.repeat(70)}ç`, 2],
  ])('%j', (text, segments) => {
    expect(segmentsOf(text)).toBe(segments);
  });
});

describe('a text message', () => {
  it('is what is said and the address, without what would double its price', () => {
    const text = composeTextMessage('Café – „Order“ 12: It’s 12,00\u00a0€…', url, 4);
    expect(text).toBe(`Café - "Order" 12: It's 12,00 €...\n${url}`);
    expect(segmentsOf(text)).toBe(1);
    expect(composeTextMessage('Paid', null, 4)).toBe('Paid');
  });

  it('is never longer than allowed, never loses its address, never shows half a character', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 900 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 900 }),
    );
    fc.assert(
      fc.property(texts, fc.integer({ min: 1, max: 6 }), (said, segments) => {
        const text = composeTextMessage(said, url, segments);
        expect(segmentsOf(text)).toBeLessThanOrEqual(segments);
        expect(text.endsWith(url)).toBe(true);
        expect(text.isWellFormed() || !said.isWellFormed()).toBe(true);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
      }),
    );
  });

  it('uses what it may', () => {
    const text = composeTextMessage('word '.repeat(500), url, 2);
    expect(text).toMatch(/^word [\s\S]*\w+\.\.\.\nhttps/);
    expect(segmentsOf(text)).toBe(2);
    expect(text.length).toBeGreaterThan(300);
  });
});
