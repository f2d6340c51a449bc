import { expect, it } from '@jest/globals';
import { nextProvider } from './next-provider.ts';

const BOTH = ['first', 'second'];
const tries = (...tried: string[]) =>
  tried.map((each) => {
    const [provider = '', outcome = ''] = each.split(' ');
    return { provider, outcome };
  });
const next = (tried: string[], { refused = false, providers = BOTH, current = tried.at(-1)!.split(' ')[0]! } = {}) =>
  nextProvider(providers, current, tries(...tried), refused);

it('stays until a provider has not taken it three times in a row', () => {
  expect(next(['first unavailable'])).toBeUndefined();
  expect(next(['first unavailable', 'first throttled'])).toBeUndefined();
  expect(next(['first unavailable', 'first throttled', 'first unavailable'])).toBe('second');
});

it('goes on at once when a provider refuses for its own reasons', () => {
  expect(next(['first refused'], { refused: true })).toBe('second');
});

it('comes back to the first one when the second is no better, but never to one that has refused', () => {
  const down = ['first unavailable', 'first unavailable', 'first unavailable'];
  const both = [...down, 'second unavailable', 'second unavailable', 'second unavailable'];
  expect(next(both)).toBe('first');
  expect(next(['first refused', ...both.slice(3)])).toBeUndefined();
});

it('counts a provider anew when it is asked again', () => {
  const down = ['first unavailable', 'first unavailable', 'first unavailable'];
  expect(next([...down, 'second unavailable', 'first unavailable'])).toBeUndefined();
});

it('has nobody to go on with where there is one, and where what was tried may have left', () => {
  expect(next(['first refused'], { refused: true, providers: ['first'] })).toBeUndefined();
  expect(next(['first unknown', 'first refused'], { refused: true })).toBeUndefined();
});
