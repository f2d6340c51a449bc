import { expect, it } from '@jest/globals';
import { chartUrl, createChartTokens, evidenceUrl } from './chart-token.ts';

const link = {
  ...{ kind: 'listing' as const, id: '0198c3f2-0000-7000-8000-000000000001', days: 30 },
  ...{ until: '2026-11-21T12:00:00.000Z', width: 600, theme: 'light' as const },
};

it('a chart’s token is read by who has its secret, unchanged', () => {
  const tokens = createChartTokens('secret');
  const token = tokens.issue(link);
  expect(tokens.read(token)).toEqual(link);
  expect(createChartTokens('other').read(token)).toBeUndefined();
  const [content, signature] = token.slice(3).split('.');
  const forged = Buffer.from(JSON.stringify(['variant', link.id, 30, link.until, 600, 'light'])).toString('base64url');
  for (const bad of [
    '',
    'pc_',
    `pc_${forged}.${signature}`,
    `pc_${content}.${signature}x`,
    `us_${content}.${signature}`,
  ])
    expect([bad, tokens.read(bad)]).toEqual([bad, undefined]);
  expect(chartUrl('https://shop.example/', token)).toBe(`https://shop.example/price-charts/${token}.png`);
});

it('a page’s token is no chart’s, and the other way round', () => {
  const tokens = createChartTokens('secret');
  const page = tokens.issueEvidence(link.id);
  expect(tokens.readEvidence(page)).toBe(link.id);
  expect(tokens.read(page)).toBeUndefined();
  expect(tokens.read(page.replace(/^pe_/, 'pc_'))).toBeUndefined();
  expect(tokens.readEvidence(tokens.issue(link).replace(/^pc_/, 'pe_'))).toBeUndefined();
  expect(evidenceUrl('https://shop.example', page)).toBe(`https://shop.example/price-evidence/${page}`);
});
