/** Steps of sending done by hand, as if the sender ended after each of them. */
import { type ClaimTerms, claimNotification, type NotificationForSending } from '../../db/claim-notification.ts';
import type { Executor } from '../../db/database.ts';
import { recordAccepted } from '../../db/settle-notification.ts';
import { TRANSACTIONAL_TOPICS } from '../../domain/messages/topics.ts';

const TERMS: ClaimTerms = {
  providers: { email: ['memory'], sms: [], web_push: [], chat: [] },
  transactional: TRANSACTIONAL_TOPICS,
};

export async function claimByHand(
  db: Executor,
  id: string,
  token: string,
  terms: Partial<ClaimTerms> & { judged?: boolean } = {},
): Promise<NotificationForSending> {
  const { judged, ...rest } = terms;
  return (await claimNotification(db, { id, token, judged: judged ?? false }, { ...TERMS, ...rest }))!;
}

export function acceptByHand(db: Executor, id: string, messageId: string | null, subject = 'On its way', attempt = 1) {
  return recordAccepted(db, { id, attempt }, messageId, { subject, text: 'The text.', version: null });
}
