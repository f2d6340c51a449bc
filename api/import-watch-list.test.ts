import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApi, type TestApi } from '../test/support/api.ts';
import { seedVariants } from '../test/support/catalogue.ts';
import { seedCompetitor } from '../test/support/watch-list.ts';

interface Report {
  summary: { lines: number; created: number; updated: number; unchanged: number; failed: number; dry_run: boolean };
  failed: { line: number; errors: { pointer: string; code: string }[] }[];
  failed_left_out: number;
  code?: string;
  errors?: { code: string; message: string }[];
}

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
  await seedVariants(api.db, [
    { sku: 'TEE-M', units: 1 },
    { sku: 'TEE-L', units: 1 },
  ]);
  await seedCompetitor(api.db, { domain: 'rival.test' });
});
afterAll(() => api?.close());

async function send(path: string, body: string | Buffer, headers: Record<string, string> = {}, key = api.secretKey) {
  const response = await fetch(`${api.apiUrl}/v1/${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'text/csv', ...headers },
    body: body as string,
  });
  const text = await response.text();
  return {
    status: response.status,
    text,
    body: (text.startsWith('{"lin') || text.startsWith('{"pro') ? {} : JSON.parse(text)) as Report,
  };
}
const counts = async (path: string, csv: string) => {
  const { created, updated, unchanged, failed } = (await send(path, csv)).body.summary;
  return [created, updated, unchanged, failed];
};
const count = async (sql: string) => Number((await api.db.pool.query(sql)).rows[0].n);

describe('an import of listings', () => {
  it('makes, changes and leaves as they are; the same again changes nothing', async () => {
    const csv = [
      'competitor,sku,url,search,priority,pack_count,tags,owner,metadata',
      'rival.test,TEE-M,https://rival.test/p/1?utm_source=x,,5,2,a|b,Ada@shop.test,"{""x"": ""y""}"',
      'https://www.rival.test/,TEE-L,https://de.rival.test/p/1,,,,,,',
      'rival.test,,https://rival.test/p/loose,,,,,,',
      'rival.test,TEE-M,,blue tee,,,,,',
    ].join('\r\n');
    expect(await counts('listings/import', csv)).toEqual([4, 0, 0, 0]);
    expect(await counts('listings/import', csv)).toEqual([0, 0, 4, 0]);
    expect(
      await counts('listings/import', 'competitor,sku,url,priority\nrival.test,TEE-M,https://rival.test/p/1,9'),
    ).toEqual([0, 1, 0, 0]);
    const { rows } = await api.db.pool.query(
      `select priority, pack_count, tags, owner, metadata, linked_by from listings where url = 'https://rival.test/p/1'`,
    );
    expect(rows).toEqual([
      { priority: 9, pack_count: 2, tags: ['a', 'b'], owner: 'ada@shop.test', metadata: { x: 'y' }, linked_by: 'url' },
    ]);
  });

  it('finds a search again by what is looked for, and exports it without the address of its results', async () => {
    await seedCompetitor(api.db, { domain: 'search.test', search_url: 'https://search.test/?q={query}' });
    const csv = 'competitor,sku,search,tags\nsearch.test,TEE-M,blue tee,s1';
    expect(await counts('listings/import', csv)).toEqual([1, 0, 0, 0]);
    expect(await counts('listings/import', csv)).toEqual([0, 0, 1, 0]);
    expect(
      await count(`select count(*) as n from listings where searching and url = 'https://search.test/?q=blue%20tee'`),
    ).toBe(1);
    const response = await fetch(`${api.apiUrl}/v1/listings/export?tag=s1`, {
      headers: { authorization: `Bearer ${api.secretKey}` },
    });
    const exported = await response.text();
    expect(exported).not.toContain('https://search.test');
    expect(await counts('listings/import', exported)).toEqual([0, 0, 1, 0]);
  });

  it('ties a page that is tied to nothing, and a line without a variant unties none', async () => {
    const loose = 'competitor,url\nrival.test,https://rival.test/tie';
    const tied = 'competitor,url,sku\nrival.test,https://rival.test/tie,TEE-M';
    expect(await counts('listings/import', loose)).toEqual([1, 0, 0, 0]);
    expect(await counts('listings/import', tied)).toEqual([0, 1, 0, 0]);
    expect(await counts('listings/import', loose)).toEqual([0, 0, 1, 0]);
    expect(await counts('listings/import', tied.replace('TEE-M', 'TEE-L'))).toEqual([1, 0, 0, 0]);
    expect(
      await count(`select count(*) as n from listings where url = 'https://rival.test/tie' and variant_id is not null`),
    ).toBe(2);
  });

  it('names every line that is wrong, and stops at none', async () => {
    const csv = Buffer.concat([
      Buffer.from(
        [
          'competitor,sku,url,priority,tags,metadata',
          'nobody.test,TEE-M,https://nobody.test/,,,',
          'rival.test,NONE,https://rival.test/w1,,,',
          'rival.test,TEE-M,https://elsewhere.test/,,,',
          'rival.test,TEE-M,javascript:alert(1),,,',
          'rival.test,TEE-M,,,,',
          'rival.test,TEE-M,https://rival.test/w2,high,,',
          'rival.test,TEE-M,https://rival.test/w3,1,,{broken',
          'rival.test,TEE-M',
          'rival.test,TEE-M,https://rival.test/w4,1,"open,',
          'rival.test,TEE-M,https://rival.test/good,1,,',
          '',
        ].join('\n'),
      ),
      Buffer.from('rival.test,TEE-M,https://rival.test/\xff,1,,', 'latin1'),
    ]);
    const { status, body } = await send('listings/import', csv);
    expect(status).toBe(200);
    expect(body.summary).toMatchObject({ created: 1, failed: 10 });
    expect(body.failed.map(({ line, errors: [first] }) => [line, first?.code])).toEqual([
      [2, 'competitor_not_found'],
      [3, 'variant_not_found'],
      [4, 'url_not_of_competitor'],
      [5, 'url_invalid'],
      [6, 'custom'],
      [7, 'invalid_type'],
      [8, expect.any(String)],
      [9, 'csv_malformed'],
      [10, 'csv_malformed'],
      [12, 'utf8_malformed'],
    ]);
  });

  it('changes nothing in a dry run, and counts a page that comes twice as it would', async () => {
    const before = await count('select count(*) as n from listings');
    const csv =
      'competitor,sku,url,priority\nrival.test,TEE-M,https://rival.test/dry,1\nrival.test,TEE-M,https://rival.test/dry,2';
    const { body } = await send('listings/import?dry_run=true', csv);
    expect(body.summary).toEqual({ lines: 2, created: 1, updated: 1, unchanged: 0, failed: 0, dry_run: true });
    expect(await count('select count(*) as n from listings')).toBe(before);
    expect(await counts('listings/import', csv)).toEqual([1, 1, 0, 0]);
  });

  it.each([
    ['', 'column_missing'],
    ['url,sku\n', 'column_missing'],
    ['competitor,sku\n', 'column_missing'],
    ['competitor,url,nonsense\n', 'column_unknown'],
    ['competitor,url,url\n', 'column_repeated'],
    ['competitor,url,constructor\n', 'column_unknown'],
  ])('with the header %j is refused', async (csv, code) => {
    const { status, body } = await send('listings/import', csv);
    expect([status, body.errors?.[0]?.code]).toEqual([400, code]);
  });

  it('is refused as anything but plain CSV, and without the scope', async () => {
    expect(await send('listings/import', '[]', { 'content-type': 'application/json' })).toMatchObject({ status: 415 });
    expect(await send('listings/import', 'x', { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
    expect(await send('listings/import', 'x', {}, await api.makeKey(['prices:read']))).toMatchObject({ status: 403 });
  });

  it('tells its progress line by line when it is asked to, and what stopped it', async () => {
    const lines = Array.from({ length: 450 }, (_, at) => `rival.test,TEE-M,https://rival.test/many/${at}`);
    lines[300] = 'rival.test,NONE,https://rival.test/x';
    const accept = { accept: 'application/x-ndjson' };
    const { text } = await send('listings/import', ['competitor,sku,url', ...lines].join('\n'), accept);
    const told = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(told.filter(({ progress }) => progress).map(({ progress }) => progress.lines)).toEqual([200, 400, 450]);
    expect(told.filter(({ line }) => line)).toMatchObject([{ line: 302, errors: [{ code: 'variant_not_found' }] }]);
    expect(told.at(-1)).toEqual({
      summary: { lines: 450, created: 449, updated: 0, unchanged: 0, failed: 1, dry_run: false },
    });
    const tooMany = await send('listings/import', `competitor,url\n${'x\n'.repeat(100_001)}`, accept);
    expect(JSON.parse(tooMany.text.trim().split('\n').at(-1)!)).toMatchObject({
      problem: { status: 413, code: 'too_many_lines' },
    });
  });

  it('comes back as it is exported', async () => {
    const response = await fetch(`${api.apiUrl}/v1/listings/export?tag=a`, {
      headers: { authorization: `Bearer ${api.secretKey}` },
    });
    expect(response.headers.get('content-type')).toContain('text/csv');
    const csv = await response.text();
    expect(csv.split('\r\n')).toHaveLength(3);
    expect(await counts('listings/import', csv)).toEqual([0, 0, 1, 0]);
  });
});

describe('an import of competitors', () => {
  const HEADER = 'domain,name,currency,locale,tax_included,requests_per_minute,selectors,seller_names,source';

  it('makes, changes and leaves as they are', async () => {
    const csv = `${HEADER}\nwww.one.test,One,EUR,de-DE,no,2.5,"{""price"": "".p""}",One GmbH|Eins,firecrawl\ntwo.test,Two,usd,en,,,,,\n`;
    expect(await counts('competitors/import', csv)).toEqual([2, 0, 0, 0]);
    expect(await counts('competitors/import', csv)).toEqual([0, 0, 2, 0]);
    expect(await counts('competitors/import', 'domain,interval_minutes\none.test,60\n')).toEqual([0, 1, 0, 0]);
    const { rows } = await api.db.pool.query(
      `select name, tax_included, requests_per_minute, interval_minutes, seller_names, source from competitors where domain = 'one.test'`,
    );
    expect(rows).toEqual([
      {
        name: 'One',
        tax_included: false,
        requests_per_minute: '2.500',
        interval_minutes: 60,
        seller_names: ['One GmbH', 'Eins'],
        source: 'firecrawl',
      },
    ]);
    const exported = await fetch(`${api.apiUrl}/v1/competitors/export`, {
      headers: { authorization: `Bearer ${api.secretKey}` },
    });
    expect(await counts('competitors/import', await exported.text())).toEqual([0, 0, 4, 0]);
  });

  it('names what a new one lacks, and what is wrong', async () => {
    const csv = `${HEADER}\nthree.test,,,,,,,,\nfour.test,Four,eur,de,maybe,,,,\n10.0.0.1,Five,eur,de,,,,,\ncom,Six,eur,de,,,,,\n`;
    const { body } = await send('competitors/import', csv);
    expect(body.failed.map(({ errors }) => errors.map(({ pointer, code }) => `${pointer} ${code}`))).toEqual([
      ['/name required', '/currency required', '/locale required'],
      ['/tax_included invalid_type'],
      ['/domain address_not_public'],
      ['/domain domain_invalid'],
    ]);
  });
});
