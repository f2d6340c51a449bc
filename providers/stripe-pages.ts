/**
 * Stripe's lists, page by page: a hundred at a time, the next page on its way while the last is worked on, and never more
 * than these two in memory. A 429 is waited out; other failures are the caller's.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import Stripe from 'stripe';

const PAGE = 100;

type Cut = { limit: number; starting_after?: string };

/** Asks for the next page before the one at hand is worked on. */
export async function* walk<T extends { id: string }>(
  ask: (cut: Cut) => Promise<Stripe.ApiList<T>>,
  after?: string,
): AsyncGenerator<T[]> {
  const fetch = (behind: string | undefined) => {
    const answer = patiently(() => ask({ limit: PAGE, ...(behind ? { starting_after: behind } : {}) })).then(
      assertList,
    );
    // Whoever leaves the list early never looks at the page that was on its way.
    answer.catch(() => {});
    return answer;
  };
  let next: Promise<Stripe.ApiList<T>> | undefined = fetch(after);
  while (next) {
    const page: Stripe.ApiList<T> = await next;
    const last = page.data.at(-1)?.id;
    next = page.has_more && last ? fetch(last) : undefined;
    yield page.data;
  }
}

/** The SDK lets a 2xx without an object pass: as a page it would end the list too early. */
function assertList<T>(answer: Stripe.ApiList<T>): Stripe.ApiList<T> {
  if (answer?.object !== 'list' || !Array.isArray(answer.data))
    throw new Error('Stripe answered with something that is no list');
  return answer;
}

const MAX_WAITS = 8;

/** Repeats what was refused for asking too often, with pauses that grow and are never in step. */
export async function patiently<T>(request: () => Promise<T>): Promise<T> {
  for (let waited = 0; ; waited++) {
    try {
      return await request();
    } catch (error) {
      if (!(error instanceof Stripe.errors.StripeRateLimitError) || waited === MAX_WAITS) throw error;
      const told = Number((error.headers as Record<string, string> | undefined)?.['retry-after']);
      const pause = told > 0 ? told * 1_000 : Math.min(8_000, 250 * 2 ** waited);
      await sleep(pause / 2 + Math.random() * pause);
    }
  }
}
