import { describe, expect, it } from '@jest/globals';
import { createOrderTokens } from './order-token.ts';
import { createUnsubscribeTokens, unsubscribeUrl } from './unsubscribe-token.ts';

const tokens = createUnsubscribeTokens('a-secret-of-the-shop');
const target = { channel: 'email', address: 'ada+öäü@example.com', topic: 'price_alert', recipientId: null } as const;

describe('the token of an unsubscribe link', () => {
  it('gives back what was signed, and is the same every time', () => {
    expect(tokens.read(tokens.issue(target))).toEqual(target);
    expect(tokens.issue(target)).toBe(tokens.issue(target));
    const url = new URL(unsubscribeUrl('https://shop.example/', tokens.issue(target)));
    expect(url.pathname).toBe('/unsubscribe');
    expect(tokens.read(url.searchParams.get('token')!)).toEqual(target);
  });

  it('is nothing when a letter of it is changed, wherever', () => {
    const token = tokens.issue(target);
    for (let at = 0; at < token.length; at++) {
      const other = token[at] === 'A' ? 'B' : 'A';
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      // The last letter of base64url holds bits that no byte needs.
      if (Buffer.from(changed.split('.')[1] ?? '', 'base64url').equals(Buffer.from(token.split('.')[1]!, 'base64url')))
        if (changed.split('.')[0] === token.split('.')[0]) continue;
      expect(tokens.read(changed)).toBeUndefined();
    }
  });

  it('is nothing when another secret made it, when it is of another kind, or no token at all', () => {
    expect(tokens.read(createUnsubscribeTokens('another-secret').issue(target))).toBeUndefined();
    expect(tokens.read(createOrderTokens('a-secret-of-the-shop').issue('us_x'))).toBeUndefined();
    const unsigned = `us_${Buffer.from(JSON.stringify(['email', 'a@b.example', 'price_alert', null])).toString('base64url')}`;
    for (const text of ['', 'us_.', unsigned, `${unsigned}.`, `${unsigned}.${'A'.repeat(43)}`, 'us_'.repeat(100_000)])
      expect(tokens.read(text)).toBeUndefined();
  });
});
