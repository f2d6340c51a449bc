/** A message as it came over the wire, as the mailbox shows it. */
import PostalMime from 'postal-mime';
import type { NewMail } from '../sendgrid/mailbox.ts';

/** Of the many headers a mailbox has, those that people ask for. */
const SHOWN = ['List-Unsubscribe', 'List-Unsubscribe-Post', 'Auto-Submitted', 'Message-ID'];

export async function readMail(raw: Buffer, nowMs: number): Promise<Omit<NewMail, 'recipient'>> {
  const mail = await PostalMime.parse(raw);
  const header = (name: string) => mail.headers.find(({ key }) => key === name.toLowerCase())?.value;
  const shown = SHOWN.flatMap((name) => {
    const value = header(name);
    return value === undefined ? [] : [[name, value.replaceAll(/\s+/g, ' ')]];
  });
  const notificationId = header('X-Notification-Id');
  return {
    message_id: (mail.messageId ?? '').replace(/^<|>$/g, ''),
    recipient_name: null,
    from_email: mail.from?.address ?? '',
    from_name: mail.from?.name || null,
    subject: mail.subject ?? '',
    text: mail.text ?? null,
    html: mail.html ?? null,
    headers: JSON.stringify(Object.fromEntries(shown)),
    custom_args: JSON.stringify({
      ...(notificationId ? { notification_id: notificationId } : {}),
      received_by: 'SMTP',
    }),
    categories: '[]',
    status: 'delivered',
    created_ms: nowMs,
  };
}
