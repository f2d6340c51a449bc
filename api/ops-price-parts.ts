/** What the pages about prices share: amounts, ages, and what became of a decision. */
import type { WatchedPrice } from '../db/watched-prices.ts';
import { formatMoney } from '../domain/money.ts';
import { type Html, html } from './ops-page.ts';

export const moneyOf = (amount: number | null, currency: string | null): string | undefined =>
  amount === null || currency === null ? undefined : formatMoney({ amount, currency });

/** How long ago, roughly. */
export function ageOf(at: Date | null, now = Date.now()): string {
  if (!at) return '';
  const minutes = Math.max(0, Math.round((now - at.getTime()) / 60_000));
  if (minutes < 90) return `${minutes} min ago`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.round(hours / 24)} days ago`;
}

/** What stands between the last good price and now. */
export function describeStatus({ status, competitor_status, outcome, reason, looked_at }: WatchedPrice): Html | string {
  if (status !== 'active') return html` <span class="faint">${status}</span>`;
  if (competitor_status !== 'active') return html` <span class="faint">site ${competitor_status}</span>`;
  if (outcome !== 'none') return '';
  return html` <span class="bad">last look found nothing: ${(reason ?? '').replaceAll('_', ' ')}, ${ageOf(looked_at)}</span>`;
}

const NOTICES: Readonly<Record<string, string>> = {
  done: 'Done.',
  settled: 'It stood so already.',
  expired: 'This proposal is over; nothing was changed.',
  price_changed: 'Our price has changed meanwhile; nothing was changed.',
  below_floor: 'It would be below cost and margin, or the advertised price; nothing was changed.',
};

export function repriceNotice(outcome: unknown): Html | string {
  const words = typeof outcome === 'string' && Object.hasOwn(NOTICES, outcome) ? NOTICES[outcome] : undefined;
  return words ? html`<p role="status"><strong>${words}</strong></p>` : '';
}
