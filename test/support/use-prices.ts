/** The routes of competitor prices through all that can be asked of them; each owner of some adds its own. */

// biome-ignore lint/suspicious/noExplicitAny: what comes back is checked against the document
export type Use = (method: string, path: string, values: Record<string, string>, body?: unknown) => Promise<any>;

/** Returns the id that a path of these takes. */
export async function usePrices(use: Use): Promise<(path: string) => string | undefined> {
  const { competitor, listing } = await useWatchList(use);
  const ids: Record<string, string> = { competitors: competitor, listings: listing };
  return (path) => ids[path.split('/')[2]!];
}

async function useWatchList(use: Use) {
  const site = { name: 'Rival', domain: 'rival.example', currency: 'eur', locale: 'de-DE', tags: ['shirts'] };
  const { id: competitor } = await use('POST', '/v1/competitors', {}, site);
  const { id: other } = await use('POST', '/v1/competitors', {}, { ...site, domain: 'other.example' });
  await use('DELETE', '/v1/competitors/{id}', { id: other });
  await use('PATCH', '/v1/competitors/{id}', { id: competitor }, { owner: 'ada@shop.example', tax_percent: 19 });
  const page = { competitor: 'rival.example', sku: 'SHIRT-M' };
  const { id: listing } = await use('POST', '/v1/listings', {}, { ...page, url: 'https://rival.example/p/1' });
  const { id: gone } = await use('POST', '/v1/listings', {}, { ...page, search: 'blue shirt' });
  await use('DELETE', '/v1/listings/{id}', { id: gone });
  await use('PATCH', '/v1/listings/{id}', { id: listing }, { priority: 5, pack_count: 1 });
  for (const [path, id] of [
    ['/v1/competitors/{id}', competitor],
    ['/v1/listings/{id}', listing],
  ] as const)
    for (const verb of ['pause', 'resume']) await use('POST', `${path}/${verb}`, { id });
  return { competitor, listing };
}
