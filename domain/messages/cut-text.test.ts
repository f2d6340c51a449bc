import { describe, expect, it } from '@jest/globals';
import { cutText } from './cut-text.ts';

const within = (bytes: number) => (text: string) => Buffer.byteLength(text) <= bytes;

describe('cutting a text', () => {
  it('leaves what fits as it is', () => {
    expect(cutText('Shipped', within(7))).toBe('Shipped');
    expect(cutText('', within(0))).toBe('');
  });

  it('keeps as much as fits together with the ellipsis', () => {
    expect(cutText('Your order was shipped', within(13))).toBe('Your order…');
    expect(cutText('abcdef', within(5))).toBe('ab…');
  });

  it.each([
    ['a family', '👨‍👩‍👧‍👦', 25],
    ['a flag', '🇩🇪', 8],
    ['an accent', 'e\u0301', 3],
    ['a pair of surrogates', '🎁', 4],
  ])('never cuts within %s', (_, grapheme, bytes) => {
    expect(Buffer.byteLength(grapheme)).toBe(bytes);
    for (let room = 3; room < 3 * bytes + 3; room++) {
      const cut = cutText(grapheme.repeat(4), within(room));
      expect(cut).toBe(`${grapheme.repeat(Math.floor((room - 3) / bytes))}…`);
    }
  });

  it('gives nothing where not even the ellipsis has room', () => {
    expect(cutText('abc', within(2))).toBe('');
  });

  it('looks at the beginning of a text of any length', () => {
    expect(cutText('é'.repeat(5_000_000), within(103))).toBe(`${'é'.repeat(50)}…`);
  });
});
