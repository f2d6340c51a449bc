import { describe, expect, it } from '@jest/globals';
import { type SniffedFormat, sniff } from './sniff.ts';

const heads: [SniffedFormat | undefined, string | Buffer][] = [
  ['jpeg', Buffer.from('ffd8ffe000104a464946', 'hex')],
  ['png', Buffer.from('89504e470d0a1a0a0000000d', 'hex')],
  ['png', Buffer.from('89504e470d0d1a0d', 'hex')],
  ['gif', 'GIF89a\x01\0\x01\0'],
  ['webp', 'RIFF\x10\0\0\0WEBPVP8 '],
  ['webp', 'RIFF\x10\0\0\0WEBPVP8X<svg>'],
  ['avif', '\0\0\0\x18ftypavif\0\0\0\0avifmif1'],
  ['avif', '\0\0\0\x18ftypmif1\0\0\0\0mif1avif'],
  ['heic', '\0\0\0\x18ftypheic\0\0\0\0mif1heic'],
  ['heic', '\0\0\0\x18ftypmif1\0\0\0\0mif1heic'],
  ['mp4', '\0\0\0\x18ftypisom\0\0\0\0isomavc1'],
  ['svg', '<svg xmlns="http://www.w3.org/2000/svg">'],
  ['svg', '<?xml version="1.0"?><!DOCTYPE svg><s:svg xmlns:s="x">'],
  ['svg', '\n\n  <svg/>'],
  ['html', '<!DOCTYPE html><p>'],
  ['html', '<script>alert(1)</script>'],
  ['pdf', '%PDF-1.7'],
  ['zip', 'PK\x03\x04'],
  ['gzip', Buffer.from('1f8b0808', 'hex')],
  ['tiff', 'II*\0'],
  ['tiff', 'MM\0*'],
  ['bmp', 'BM6\0\0'],
  ['psd', '8BPS'],
  ['jxl', Buffer.from('ff0a', 'hex')],
  [undefined, ''],
  [undefined, 'RIFF\x10\0\0\0WAVEfmt '],
  [undefined, 'picture.jpg'],
  [undefined, 'a < b, and <svg> is a word'],
  [undefined, Buffer.from('ffd8', 'hex')],
  [undefined, '\0\0\0\0'],
];

describe('sniff', () => {
  it.each(heads)('sees %s in %j', (format, head) => {
    expect(sniff(typeof head === 'string' ? Buffer.from(head, 'latin1') : head)).toBe(format);
  });
});
