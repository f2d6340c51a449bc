/** What a scenario asks of messages: that each arrived, and none twice that the provider had taken. */
import { readMails } from '../bench/outside-facts.ts';
import { statement } from '../db/database.ts';
import { waitFor } from '../test/support/wait-for.ts';
import type { Accepted } from './crowd.ts';
import type { Check } from './scenario.ts';
import type { Stage } from './stage.ts';

export interface MessageRow {
  id: string;
  status: string;
  resent: boolean;
  attempts: { provider: string; outcome?: string }[];
  events: { type: string }[];
}

const ofOrders = statement(
  'faults_messages_of_orders',
  `select id, status, resent_at is not null as resent, attempts, events from notifications where order_id = any($1)`,
);

export const readMessages = ({ system }: Stage, accepted: readonly Accepted[]): Promise<MessageRow[]> =>
  system.db.rows<MessageRow>(ofOrders, [accepted.map(({ order_id }) => order_id)]);

const isOver = ({ status }: MessageRow): boolean => !['queued', 'sending', 'uncertain'].includes(status);

/** Until nothing is under way any more, or each is as it is wanted; returns them as they stand then. */
export async function waitForMessages(
  stage: Stage,
  accepted: readonly Accepted[],
  wanted = isOver,
): Promise<MessageRow[]> {
  const look = async () => {
    const rows = await readMessages(stage, accepted);
    return rows.length > 0 && rows.every(wanted) && rows;
  };
  return waitFor(look, { timeoutMs: 40_000, everyMs: 200 }).catch(() => readMessages(stage, accepted));
}

/** How often each message lies in the mailbox. */
export async function countMails({ system }: Stage): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  for (const { notification_id: id } of await readMails(system.sandboxUrl)) {
    if (id) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  return counts;
}

/** Every message once: also one that was sent again had not left before. */
export async function arriveOnce(stage: Stage, accepted: readonly Accepted[], when: string): Promise<Check[]> {
  const rows = await waitForMessages(stage, accepted);
  const mails = await countMails(stage);
  const not = (wanted: (row: MessageRow, count: number) => boolean) =>
    rows.filter((row) => wanted(row, mails.get(row.id) ?? 0)).map(({ id, status }) => `${id} ${status}`);
  const missing = not((_, count) => count === 0);
  const doubled = not((_, count) => count > 1);
  const resent = rows.filter((row) => row.resent).length;
  const detail = (ids: string[]) =>
    `${ids.length} of ${rows.length} (${resent} sent again) ${ids.slice(0, 3).join(', ')}`;
  return [
    { what: `${when}: every message arrives`, held: rows.length > 0 && missing.length === 0, detail: detail(missing) },
    { what: `${when}: none arrives twice`, held: doubled.length === 0, detail: detail(doubled) },
  ];
}
