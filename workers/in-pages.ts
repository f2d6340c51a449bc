/** Walks what a statement finds a page at a time, each behind the last row of the one before, until there is no more. */

export interface Page {
  after: string;
  limit: number;
}

export const PAGE = 500;

/** @param idOf what the statement is ordered by, and goes on behind */
export async function inPages<T>(
  first: string,
  find: (page: Page) => Promise<T[]>,
  idOf: (row: T) => string,
  work: (rows: T[]) => Promise<void>,
): Promise<void> {
  for (let after = first; ; ) {
    const rows = await find({ after, limit: PAGE });
    if (rows.length > 0) await work(rows);
    if (rows.length < PAGE) return;
    after = idOf(rows.at(-1)!);
  }
}

/** Lower than every UUID, and than every id of Stripe's. */
export const FIRST_UUID = '00000000-0000-0000-0000-000000000000';
