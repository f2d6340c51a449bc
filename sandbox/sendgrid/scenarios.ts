/** What becomes of a message, by its recipient's address: the events that SendGrid would send, and when. */
export interface PlannedEvent {
  event: 'processed' | 'delivered' | 'deferred' | 'bounce' | 'dropped';
  afterMs: number;
  facts: Readonly<Record<string, string>>;
}

const processed: PlannedEvent = { event: 'processed', afterMs: 0, facts: {} };
const delivered = (afterMs: number): PlannedEvent => ({
  event: 'delivered',
  afterMs,
  facts: { response: '250 OK: queued' },
});

const normal = [processed, delivered(300)];

const scenarios: Readonly<Record<string, readonly PlannedEvent[]>> = {
  bounce: [
    processed,
    {
      event: 'bounce',
      afterMs: 300,
      facts: { type: 'bounce', status: '5.1.1', reason: '550 5.1.1 There is no such mailbox.' },
    },
  ],
  blocked: [
    processed,
    {
      event: 'bounce',
      afterMs: 300,
      facts: { type: 'blocked', status: '4.7.1', reason: '421 4.7.1 The sender is not welcome here for now.' },
    },
  ],
  dropped: [{ event: 'dropped', afterMs: 0, facts: { reason: 'Bounced Address', status: '5.0.0' } }],
  deferred: [
    processed,
    { event: 'deferred', afterMs: 300, facts: { attempt: '1', response: '451 4.3.0 Try again later.' } },
    delivered(2_500),
  ],
};

/** `bounce@…`, `blocked@…`, `dropped@…` and `deferred@…` (also `bounce+anything@…`) do what they say; others arrive. */
export function planEvents(recipient: string): readonly PlannedEvent[] {
  const word = recipient.split(/[@+]/, 1)[0]?.toLowerCase() ?? '';
  return Object.hasOwn(scenarios, word) ? (scenarios[word] ?? normal) : normal;
}
