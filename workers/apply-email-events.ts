/**
 * Applies a batch of the e-mail provider's events to the messages they name. Triggered by its webhook.
 * A message only moves up in rank, so repeated, late and reordered events are harmless; events, messages and history
 * change in one statement, so a crash leaves all or nothing. Never gives up: what is not ours was not kept for it.
 */
import type { Logger } from 'pino';
import type { Database } from '../db/database.ts';
import { applyEmailEvents } from '../db/email-events.ts';
import { done, type Outcome } from './outcome.ts';

type Payload = { batch_id: string; event_ids: string[] };

export function createApplyEmailEvents({ db }: { db: Database }) {
  return async ({ event_ids }: Payload, { log }: { log: Logger }): Promise<Outcome> => {
    const applied = await applyEmailEvents(db, event_ids);
    log.debug(applied, 'e-mail events applied');
    return applied.events > 0 ? done() : done('already applied');
  };
}
