/** What goes wrong with a mail: by its recipient's address, or on request. */
import type { SMTPServer } from 'smtp-server';
import type { Fault, Faults } from '../faults.ts';

export interface SmtpTrouble {
  /** The recipient is refused with it. */
  atRecipient?: Error;
  /** When the message has come. `kept`: it lands in the mailbox all the same. */
  atEnd?:
    | { kind: 'lost'; kept: boolean }
    | { kind: 'refused'; kept: boolean; error: Error }
    | { kind: 'slow'; delayMs: number };
}

const refusal = (responseCode: number, words: string) => Object.assign(new Error(words), { responseCode });

/** As the addresses of SendGrid's sandbox do what they say. */
const SCENARIOS: Readonly<Record<string, () => SmtpTrouble>> = {
  bounce: () => ({ atRecipient: refusal(550, '5.1.1 There is no such mailbox.') }),
  blocked: () => ({ atRecipient: refusal(550, '5.7.1 The sender is not welcome here.') }),
  dropped: () => ({ atEnd: { kind: 'refused', kept: false, error: refusal(554, '5.6.0 Nobody wants this message.') } }),
};
const greylisted = (): SmtpTrouble => ({ atRecipient: refusal(450, '4.2.0 Greylisted, come back later.') });
/** How many addresses are remembered to have come once. */
const MAX_SEEN = 10_000;

export function createTrouble(faults: Faults) {
  const seen = new Set<string>();
  return {
    /** `bounce@…`, `blocked@…`, `dropped@…` and `deferred@…` (refused once); also `bounce+anything@…`. */
    of(address: string): SmtpTrouble {
      const [fault] = faults.forRequest('smtp', { method: 'RCPT', path: address });
      if (fault) return onRequest(fault);
      const word = address.split(/[@+]/, 1)[0] ?? '';
      if (word === 'deferred' && !seen.has(address)) {
        if (seen.size >= MAX_SEEN) seen.clear();
        seen.add(address);
        return greylisted();
      }
      return Object.hasOwn(SCENARIOS, word) ? SCENARIOS[word]!() : {};
    },
    /** The connection breaks without another word. */
    drop(sessionId: string, connections: SMTPServer['connections']): void {
      for (const connection of connections) {
        if (connection.id === sessionId) connection._socket.destroy();
      }
    },
  };
}

/** `server_error`: refused (451 unless it says another `status`); `rate_limit`: greylisted; `answer_lost`, `slow`: at the final dot. */
function onRequest({ kind, phase, status = 451, delay_ms = 5_000 }: Fault): SmtpTrouble {
  if (kind === 'rate_limit') return greylisted();
  if (kind === 'slow') return { atEnd: { kind: 'slow', delayMs: delay_ms } };
  if (kind === 'answer_lost') return { atEnd: { kind: 'lost', kept: phase !== 'before' } };
  const error = refusal(status, `${Math.floor(status / 100)}.3.0 It went wrong here, on request.`);
  return phase === 'after' ? { atEnd: { kind: 'refused', kept: true, error } } : { atRecipient: error };
}
