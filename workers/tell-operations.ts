/** A message to the people who run the shop, about an order that needs them. */
import type { Executor } from '../db/database.ts';
import { insertNotification } from '../db/notifications.ts';
import type { NoticeKind } from '../domain/messages/operations-notice.ts';

export interface Notice {
  orderId: string;
  /** `<event>/<row id>`: each is told once. */
  cause: string;
  kind: NoticeKind;
  /** What the message shows, by name; no customer's data. */
  facts: object;
}

/** Writes the message in the caller's transaction; nothing when no address is configured. */
export async function tellOperations(tx: Executor, recipient: string | undefined, notice: Notice): Promise<void> {
  if (!recipient) return;
  const { orderId, cause, kind, facts } = notice;
  await insertNotification(tx, { orderId, cause, template: 'operations-notice', recipient, data: { kind, ...facts } });
}
