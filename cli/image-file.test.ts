import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BadLine, type ImageLine, readImageFile } from './image-file.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stockroom-image-file-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

async function read(name: string, content: string) {
  writeFileSync(join(folder, name), content);
  return readAll(name);
}

async function readAll(name: string) {
  const lines: (ImageLine | BadLine)[] = [];
  for await (const line of readImageFile(join(folder, name))) lines.push(line);
  return lines;
}

describe('a file of pictures', () => {
  it('is read from CSV, by slug or SKU, several addresses in a cell', async () => {
    const lines = await read(
      'a.csv',
      '\uFEFFProduct_Slug,sku,image_urls,alt\r\nmug,,http://a.test/1.jpg|http://a.test/2.jpg ,"A ""mug"", blue"\r\n\r\n,CUP-1,https://a.test/3.jpg,\r\n',
    );
    expect(lines).toEqual([
      {
        line: 2,
        product: { slug: 'mug' },
        images: [
          { url: 'http://a.test/1.jpg', alt: 'A "mug", blue' },
          { url: 'http://a.test/2.jpg', alt: 'A "mug", blue' },
        ],
      },
      { line: 4, product: { sku: 'CUP-1' }, images: [{ url: 'https://a.test/3.jpg' }] },
    ]);
  });

  it('is read from NDJSON, with addresses alone or with their texts', async () => {
    const lines = await read(
      'a.ndjson',
      '{"slug":"mug","images":["http://a.test/1.jpg",{"url":"http://a.test/2.jpg","alt":"Two"}]}\n\n{"sku":"C","image_urls":["http://a.test/3.jpg","http://a.test/3.jpg"]}\n{"sku":"D","url":"http://a.test/4.jpg"}',
    );
    expect(lines).toEqual([
      {
        line: 1,
        product: { slug: 'mug' },
        images: [{ url: 'http://a.test/1.jpg' }, { url: 'http://a.test/2.jpg', alt: 'Two' }],
      },
      { line: 3, product: { sku: 'C' }, images: [{ url: 'http://a.test/3.jpg' }] },
      { line: 4, product: { sku: 'D' }, images: [{ url: 'http://a.test/4.jpg' }] },
    ]);
  });

  it('tells which lines are wrong, and goes on', async () => {
    const lines = await read(
      'b.ndjson',
      [
        '{"slug":"mug"}',
        '{"url":"http://a.test/1.jpg"}',
        'nonsense',
        '{"slug":"mug","url":"ftp://a.test/1.jpg"}',
        '{"slug":"mug","url":"http://a.test:25/1.jpg"}',
        '{"slug":7,"url":"http://a.test/1.jpg"}',
        '[]',
        '{"slug":"mug","url":"http://a.test/1.jpg"}',
      ].join('\n'),
    );
    expect(lines.map((line) => ('code' in line ? `${line.line} ${line.code}` : line.line))).toEqual([
      ...['1 images_missing', '2 product_missing', '3 line_malformed', '4 address_invalid', '5 port_refused'],
      ...['6 line_invalid', '7 line_invalid', 8],
    ]);
  });

  it('tells which records of CSV are wrong, and goes on', async () => {
    const lines = await read(
      'b.csv',
      'slug,url\nmug,http://a.test/1.jpg\ncup,"http://a.test/2.jpg"x\nbowl,http://a.test/3.jpg,more\npot,http://a.test/4.jpg\n',
    );
    const told = lines.map((line) => ('code' in line ? line.code : 'slug' in line.product && line.product.slug));
    expect(told).toEqual(['mug', 'line_malformed', 'line_malformed', 'pot']);
  });

  it('that is none is refused in one sentence', async () => {
    await expect(read('a.txt', '')).rejects.toThrow('The file must end in');
    await expect(read('c.csv', 'slug,picture\nmug,x\n')).rejects.toThrow(
      'The file has a column "picture"; known are slug,',
    );
    for (const name of ['missing.csv', 'missing.ndjson']) await expect(readAll(name)).rejects.toThrow(/ENOENT/);
  });
});
