/**
 * Which provider tries a message next. A channel's first one is used until it has definitely failed: refused for its own
 * reasons, or not taken what it was given several times. Of what may have left nobody but the same provider may send again.
 */

/** Tries in a row that one provider does not take before the next one is asked. */
const TRIES_IN_A_ROW = 3;

interface Tried {
  provider: string;
  outcome?: string;
}

/**
 * The provider to go on with, or undefined to stay with this one.
 * @param tried all tries so far, the one that has just failed included
 * @param refused whether it was refused for the provider's own reasons, which no wait would cure
 */
export function nextProvider(
  providers: readonly string[],
  current: string,
  tried: readonly Tried[],
  refused: boolean,
): string | undefined {
  if (tried.some(({ outcome }) => outcome === 'unknown')) return undefined;
  if (!refused && inARow(tried, current) < TRIES_IN_A_ROW) return undefined;
  const from = providers.indexOf(current) + 1;
  const others = [...providers.slice(from), ...providers.slice(0, from)].filter((provider) => provider !== current);
  return others.find((provider) => !tried.some((each) => each.provider === provider && each.outcome === 'refused'));
}

function inARow(tried: readonly Tried[], provider: string): number {
  const other = tried.findLastIndex((each) => each.provider !== provider);
  return tried.length - other - 1;
}
