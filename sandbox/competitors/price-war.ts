/** A price war by script, so that a demo has something to tell: one step at a time, over and over. */
import { priceIn } from '../catalogue/catalogue.ts';
import { amountAt } from './offers.ts';
import { findShop } from './shops.ts';
import type { PageChange, ShopState } from './state.ts';

export interface PriceWar {
  /** What was done last, and what the next step would do, in words. */
  describe(): { running: boolean; step_seconds: number; last: string | null; next: string };
  /** Zero seconds end it. */
  pace(stepSeconds: number): void;
  /** Goes one step on, whether it runs or not. Returns what was done. */
  step(): string;
  close(): void;
}

interface Step {
  shop: string;
  page: string;
  words: string;
  /** In percent of what our shop asks. */
  percentOfOurs?: number;
  change?: PageChange;
}

const SCRIPT: readonly Step[] = [
  { shop: 'kettle-company', page: 'kettle-blk', words: 'undercuts our Gooseneck Kettle by 8 %', percentOfOurs: 92 },
  { shop: 'megamart', page: 'phones-night', words: 'undercuts our Studio Headphones by 10 %', percentOfOurs: 90 },
  { shop: 'haushalt-hanse', page: 'lamp-amb', words: 'runs out of the lamp', change: { availability: 'out_of_stock' } },
  { shop: 'megamart', page: 'kettle-blk', words: 'follows with the kettle at 15 % below', percentOfOurs: 85 },
  { shop: 'nordlager', page: 'pack-rust', words: 'asks a tenth more for the backpack', percentOfOurs: 113 },
  { shop: 'kettle-company', page: 'kettle-blk', words: 'takes the kettle back to its old price' },
  { shop: 'haushalt-hanse', page: 'lamp-amb', words: 'has the lamp again' },
  { shop: 'megamart', page: 'phones-night', words: 'ends its sale of headphones' },
  { shop: 'megamart', page: 'kettle-blk', words: 'gives up on the kettle' },
  { shop: 'nordlager', page: 'pack-rust', words: 'is back at its old price for the backpack' },
];

export function createPriceWar(state: ShopState): PriceWar {
  let at = 0;
  let last: string | null = null;
  let seconds = 0;
  let timer: NodeJS.Timeout | undefined;
  const wordsOf = (step: Step) => `${findShop(step.shop)!.name} ${step.words}`;
  const step = () => {
    const next = SCRIPT[at % SCRIPT.length]!;
    state.changePage(findShop(next.shop)!, next.page, changeOf(next, state));
    at += 1;
    last = wordsOf(next);
    return last;
  };
  return {
    step,
    describe: () => ({
      ...{ running: seconds > 0, step_seconds: seconds, last },
      next: wordsOf(SCRIPT[at % SCRIPT.length]!),
    }),
    pace(stepSeconds) {
      clearInterval(timer);
      seconds = stepSeconds;
      if (seconds > 0) timer = setInterval(step, seconds * 1_000).unref();
    },
    close: () => clearInterval(timer),
  };
}

/** A price below ours is a sale: what was asked before is crossed out. */
function changeOf({ shop: slug, page: key, percentOfOurs, change }: Step, state: ShopState): PageChange | undefined {
  if (percentOfOurs === undefined) return change;
  const shop = findShop(slug)!;
  const page = state.page(shop, key)!;
  const ours = priceIn('usd', page.product).amount;
  const amount = amountAt({ ...shop, level: 1 }, ours, percentOfOurs / 100);
  return { amount, listAmount: percentOfOurs < 100 ? page.amount : null };
}
