import { describe, expect, it } from '@jest/globals';
import { alertUrl, createAlertTokens } from './price-alert-token.ts';
import { createUnsubscribeTokens } from './unsubscribe-token.ts';

const SECRET = 'a secret of the tests';
const LINK = {
  alertId: '0190b1d2-0000-7000-8000-000000000001',
  action: 'mute',
  recipient: 'ada@shop.example',
} as const;
const tokens = createAlertTokens(SECRET);

describe('the token of a link in an alert', () => {
  it('says what it was made for, and until when', () => {
    const now = new Date('2026-03-14T00:00:00Z');
    const token = tokens.issue(LINK, now);
    expect(tokens.read(token, now)).toEqual({ ...LINK, isExpired: false });
    expect(tokens.read(token, new Date('2026-03-29T00:00:00Z'))).toEqual({ ...LINK, isExpired: true });
  });

  it('is nothing when it was changed, is of another secret or of another kind', () => {
    const token = tokens.issue(LINK);
    const other = createUnsubscribeTokens(SECRET).issue({ channel: 'email', address: 'a@b.example', topic: 'stock' });
    const forged = Buffer.from(JSON.stringify([LINK.alertId, 'reprice', LINK.recipient, Date.now() + 1e9])).toString(
      'base64url',
    );
    for (const wrong of [
      '',
      'pa_',
      token.slice(0, -1),
      `${token}x`,
      other,
      other.replace('us_', 'pa_'),
      token.replace(/_[\w-]+\./, `_${forged}.`),
      'x'.repeat(9_999),
    ])
      expect(tokens.read(wrong)).toBeUndefined();
    expect(createAlertTokens('another secret').read(token)).toBeUndefined();
  });

  it('stands in an address', () => {
    expect(alertUrl('https://shop.example/', 'pa_x.y')).toBe('https://shop.example/price-alerts/act?token=pa_x.y');
  });
});
