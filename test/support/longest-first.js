/** What takes minutes begins first, so that no worker is left alone with it at the end; a fresh checkout knows no times of its own. */
import sequencer from '@jest/test-sequencer';

const LONGEST = [
  'test/faults.test.ts',
  'test/shop.test.ts',
  'test/captures.test.ts',
  'test/stock-race.test.ts',
  'test/webhooks.test.ts',
  'start.test.ts',
  'bench/demo/run-demo.test.ts',
  'db/embedded-postgres.test.ts',
  'test/refunds.test.ts',
  'test/sdk.test.ts',
  'test/hostile-input.test.ts',
  'test/images-by-url.test.ts',
  'test/order-lifecycle.test.ts',
  'deploy/check-worker.test.ts',
];

const rank = ({ path }) => {
  const at = LONGEST.findIndex((name) => path.endsWith(`/${name}`));
  return at === -1 ? LONGEST.length : at;
};

export default class LongestFirst extends (sequencer.default ?? sequencer) {
  sort(tests) {
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
}
