/**
 * Applies a batch of a provider's events to the messages they name. Triggered by its webhook.
 * A message only moves up in rank, so repeated, late and reordered events are harmless; events, messages, suppressions and
 * history change in one statement, so a crash leaves all or nothing. Never gives up: what is not ours was not kept for it.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { applyProviderEvents } from '../db/provider-events.ts';
import type { EventProvider } from '../domain/messages/delivery.ts';
import { done, type Outcome } from './outcome.ts';

type Payload = { batch_id: string; provider: EventProvider; event_ids: string[] };

export function createApplyEmailEvents({ db }: { db: Database }) {
  return async ({ provider, event_ids }: Payload, { log }: { log: Logger }): Promise<Outcome> => {
    const applied = await applyProviderEvents(db, provider, event_ids);
    log.debug({ provider, ...applied }, 'events of messages applied');
    return applied.events > 0 ? done() : done('already applied');
  };
}
