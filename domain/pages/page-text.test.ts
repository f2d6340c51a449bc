import { describe, expect, it } from '@jest/globals';
import { decodePage } from './page-text.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const joined = (...parts: (string | number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? latin1(part) : Buffer.from(part))));
const html = 'text/html';

describe('the text of a page', () => {
  it.each([
    ['utf-8', Buffer.from('12,99 €')],
    ['windows-1252', joined('12,99 ', [0x80])],
    ['iso-8859-15', joined('12,99 ', [0xa4])],
    ['"windows-1252"', joined('12,99 ', [0x80])],
    ['utf-16le', Buffer.from('12,99 €', 'utf16le')],
  ])('is decoded by its Content-Type (%s)', (charset, bytes) => {
    expect(decodePage(bytes, `text/html; charset=${charset}`)).toBe('12,99 €');
  });

  it.each([
    ['shift_jis', [0x89, 0x7e], '円'],
    ['euc-jp', [0xb1, 0xdf], '円'],
    ['euc-kr', [0xbf, 0xf8], '원'],
    ['gbk', [0xd4, 0xaa], '元'],
    ['gb2312', [0xd4, 0xaa], '元'],
    ['big5', [0xa4, 0xb8], '元'],
    ['koi8-r', [0xd2, 0xd5, 0xc2], 'руб'],
    ['windows-1251', [0xf0, 0xf3, 0xe1], 'руб'],
  ])('is decoded by what the page says (%s)', (charset, bytes, text) => {
    expect(decodePage(joined(`<meta charset=${charset}>`, bytes), html)).toContain(text);
    expect(decodePage(joined(`<META Content="text/html; Charset=${charset}" http-equiv=x>`, bytes), html)).toContain(
      text,
    );
  });

  it('is decoded by an XML declaration', () => {
    expect(decodePage(joined('<?xml version="1.0" encoding="windows-1252"?>', [0x80]), html)).toContain('€');
  });

  it('follows the byte order mark before all else, the Content-Type before the page', () => {
    expect(decodePage(joined([0xef, 0xbb, 0xbf], '<meta charset=gbk>', [0xc3, 0xa4]), 'text/html; charset=gbk')).toBe(
      '<meta charset=gbk>ä',
    );
    expect(decodePage(joined('<meta charset=gbk>', [0xc3, 0xa4]), 'text/html; charset=utf-8')).toContain('ä');
    expect(decodePage(Buffer.from('\ufeff€', 'utf16le'), html)).toBe('€');
  });

  it('does not believe what cannot be, or is in a comment', () => {
    expect(decodePage(joined('<meta charset=utf-16>', [0xc3, 0xa4]), html)).toContain('ä');
    expect(decodePage(joined('<!-- <meta charset=gbk> --><meta charset=windows-1252>', [0x80]), html)).toContain('€');
    expect(decodePage(joined('<meta charset=nonsense>', [0xc3, 0xa4]), html)).toContain('ä');
    expect(decodePage(Buffer.from('ä'), 'text/html; charset=iso-2022-kr')).toBe('ä');
  });

  it('is UTF-8 when nothing is said and it can be, else windows-1252', () => {
    expect(decodePage(Buffer.from('12,99 €'), null)).toBe('12,99 €');
    expect(decodePage(joined('12,99 ', [0x80]), null)).toBe('12,99 €');
  });

  it('is found in time, whatever the page begins with', () => {
    const began = performance.now();
    for (const text of ['<meta '.repeat(700), '<!--'.repeat(1_000), '<?xml '.repeat(700), '<meta charset'.repeat(300)])
      decodePage(latin1(text.repeat(50)), html);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
