import { describe, expect, it } from '@jest/globals';
import { BAD_ENDS, deliveryRank, EVENT_PROVIDERS, MERE_STATUSES, proofOf } from './delivery.ts';

const rankOf = (status: string) => deliveryRank.indexOf(status as (typeof deliveryRank)[number]);
const proves = (provider: 'sendgrid' | 'twilio', type: string, code: string | null = null) =>
  proofOf(provider, { type, code });

describe('what an event proves', () => {
  it('is a status that a message has after it was handed to the provider, whatever the event', () => {
    for (const provider of EVENT_PROVIDERS)
      for (const type of [
        ...MERE_STATUSES[provider],
        'bounce',
        'deferred',
        'failed',
        'something_new',
        'constructor',
        '',
      ])
        expect(rankOf(proves(provider, type).status)).toBeGreaterThanOrEqual(rankOf('accepted'));
  });

  it.each([
    ['processed', 'accepted'],
    ['deferred', 'accepted'],
    ['something_new', 'accepted'],
    ['delivered', 'delivered'],
    ['open', 'delivered'],
    ['spamreport', 'delivered'],
    ['dropped', 'dropped'],
    ['bounce', 'bounced'],
  ])("of SendGrid's %s is %s", (type, status) => {
    expect(proves('sendgrid', type).status).toBe(status);
  });

  it.each([
    ['queued', 'accepted'],
    ['sent', 'accepted'],
    ['delivered', 'delivered'],
    ['undelivered', 'bounced'],
    ['failed', 'dropped'],
  ])("of Twilio's %s is %s", (type, status) => {
    expect(proves('twilio', type).status).toBe(status);
  });

  it('is that an address is not written to again, where it says so for good', () => {
    expect(proves('sendgrid', 'bounce', 'bounce').suppress).toBe('bounce');
    expect(proves('sendgrid', 'bounce', 'blocked').suppress).toBeNull();
    expect(proves('sendgrid', 'spamreport').suppress).toBe('complaint');
    expect(proves('sendgrid', 'group_unsubscribe').suppress).toBe('unsubscribe');
    expect(proves('sendgrid', 'delivered').suppress).toBeNull();
    expect(proves('twilio', 'undelivered', '30005').suppress).toBe('bounce');
    expect(proves('twilio', 'undelivered', '30003').suppress).toBeNull();
    expect(proves('twilio', 'failed', '21610').suppress).toBe('unsubscribe');
  });

  it('ranks so that any order of the same events ends alike, and a bad end is the last word', () => {
    expect(rankOf('accepted')).toBeGreaterThan(rankOf('uncertain'));
    expect(rankOf('delivered')).toBeGreaterThan(rankOf('accepted'));
    expect(deliveryRank.slice(-BAD_ENDS.length)).toEqual(BAD_ENDS);
  });
});
