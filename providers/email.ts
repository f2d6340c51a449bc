/** The name that importers know, until they have taken the new one. */
export { createSendgrid } from './email-sendgrid.ts';
export type { EmailChannel as EmailProvider } from './message-channel.ts';
