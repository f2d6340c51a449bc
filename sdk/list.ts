/** A list that fetches its pages while it is read. */

export interface List<Page, Item> extends AsyncIterable<Item> {
  /** Page after page, each as the API gave it. */
  pages(): AsyncIterable<Page>;
  /** The first page alone. */
  first(): Promise<Page>;
}

/** Nothing is fetched before it is asked for; each reading begins at the first page. */
export function createList<Page extends { data: Item[]; next_cursor: string | null }, Item>(
  fetchPage: (cursor: string | undefined) => Promise<Page>,
): List<Page, Item> {
  async function* pages(): AsyncGenerator<Page, void> {
    let cursor: string | undefined;
    do {
      const page = await fetchPage(cursor);
      yield page;
      if (page.next_cursor !== null && page.next_cursor === cursor)
        throw new Error('A page named itself as the next one.');
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
  async function* items(): AsyncGenerator<Item, void> {
    for await (const page of pages()) yield* page.data;
  }
  return { pages, first: () => fetchPage(undefined), [Symbol.asyncIterator]: items };
}
