/**
 * What lets whoever got the mail of a price alert act on it with one click: the alert, what is to be done, to whom it was sent, and
 * until when, signed. It does that one thing to that one alert.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { chartUrl, createChartTokens, evidenceUrl } from './chart-token.ts';
import type { AlertLinks } from './domain/messages/templates/message.ts';

export const ALERT_ACTIONS = ['reprice', 'mute', 'wrong_match'] as const;
export type AlertAction = (typeof ALERT_ACTIONS)[number];

export interface AlertLink {
  alertId: string;
  action: AlertAction;
  /** The address that it was sent to: who acts. */
  recipient: string;
}

export type ReadAlertLink = AlertLink & { isExpired: boolean };

export interface AlertTokens {
  issue(link: AlertLink, now?: Date): string;
  /** Undefined for what is not ours, or was changed. */
  read(token: string, now?: Date): ReadAlertLink | undefined;
}

/** What is older than this should be looked at, and not clicked away. */
const VALID_MS = 14 * 86_400_000;
const MAX_LENGTH = 2_048;

export function createAlertTokens(secret: string): AlertTokens {
  // The prefix keeps a token of another kind, made with the same secret, from being one of these.
  const sign = (content: string) => createHmac('sha256', secret).update(`price-alert-token/${content}`).digest();
  return {
    issue({ alertId, action, recipient }, now = new Date()) {
      const expires = now.getTime() + VALID_MS;
      const content = Buffer.from(JSON.stringify([alertId, action, recipient, expires])).toString('base64url');
      return `pa_${content}.${sign(content).toString('base64url')}`;
    },
    read(token, now = new Date()) {
      const [, content, signature] = /^pa_([\w-]+)\.([\w-]{43})$/.exec(token.slice(0, MAX_LENGTH + 1)) ?? [];
      if (!content || !signature || token.length > MAX_LENGTH) return undefined;
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(content);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return parse(Buffer.from(content, 'base64url').toString(), now);
    },
  };
}

/** What is signed is ours; an action that there is no more is read as nothing. */
function parse(json: string, now: Date): ReadAlertLink | undefined {
  const [alertId, action, recipient, expires] = JSON.parse(json) as [string, AlertAction, string, number];
  return ALERT_ACTIONS.includes(action)
    ? { alertId, action, recipient, isExpired: now.getTime() > expires }
    : undefined;
}

/** The page that asks. */
export const alertUrl = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/price-alerts/act?token=${encodeURIComponent(token)}`;

/** What a mail knows of its alert. */
export interface LinkedAlert {
  alertId?: unknown;
  listingId?: unknown;
  observationId?: unknown;
  observedAt?: unknown;
  hasEvidence?: unknown;
}

const CHART = { kind: 'listing', days: 30, width: 420, theme: 'light' } as const;

/** All links of an alert's mail, for whoever it is sent to. */
export function createAlertLinks(
  publicUrl: string,
  secret: string,
): (alert: LinkedAlert, recipient: string) => AlertLinks {
  const tokens = createAlertTokens(secret);
  const pictures = createChartTokens(secret);
  return ({ alertId, listingId, observationId, observedAt, hasEvidence }, recipient) => {
    if (typeof alertId !== 'string') return {};
    const to = (action: AlertAction) => alertUrl(publicUrl, tokens.issue({ alertId, action, recipient }));
    const isKept = hasEvidence === true && typeof observationId === 'string';
    const isDrawn = typeof listingId === 'string' && typeof observedAt === 'string';
    return {
      ...{ reprice: to('reprice'), mute: to('mute'), wrongMatch: to('wrong_match') },
      ...(isKept ? { evidence: evidenceUrl(publicUrl, pictures.issueEvidence(observationId)) } : {}),
      ...(isDrawn
        ? { chart: chartUrl(publicUrl, pictures.issue({ ...CHART, id: listingId, until: observedAt })) }
        : {}),
    };
  };
}
