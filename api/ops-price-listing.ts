/** One watched page: its chart, what is believed of it, its last looks with the evidence, alerts and proposals. */
import type { Database } from '../db/database.ts';
import { listObservations, type ObservationRow } from '../db/observation-list.ts';
import { listReprices, type RepriceRow } from '../db/reprices.ts';
import { type ListingAlert, listListingAlerts, type WatchedPrice } from '../db/watched-prices.ts';
import { safeUrl } from '../domain/messages/escape.ts';
import { type Html, html, opsFacts, opsTable, opsTime } from './ops-page.ts';
import { ageOf, describeStatus, moneyOf } from './ops-price-parts.ts';

const PATH = '/ops/prices';
const LOOKS = 30;

export async function showListing(db: Database, listing: WatchedPrice): Promise<Html> {
  const [looks, alerts, reprices] = await Promise.all([
    listObservations(db, { listing_id: listing.id }, { limit: LOOKS }),
    listListingAlerts(db, listing.id),
    listing.variant_id ? listReprices(db, { variant_id: listing.variant_id }, { after: undefined, limit: 10 }) : [],
  ]);
  return html`<picture><source media="(max-width:700px)" srcset="${PATH}/${listing.id}/chart.svg?width=small"><img src="${PATH}/${listing.id}/chart.svg" alt="Chart of the prices of 90 days" style="max-width:100%;height:auto;margin-bottom:16px"></picture>
${opsFacts(factsOf(listing))}
<h2>Alerts</h2>${opsTable(['Since', 'What', 'Status', 'Seen'], alerts.map(alertRow))}
<h2>Proposals for our price</h2>${opsTable(
    ['Proposed', 'From', 'To', 'Because of', 'Status', 'Decide'],
    reprices.map((row) => repriceRow(row, listing)),
  )}
<h2>Last looks</h2>${opsTable(['Seen', 'Price', 'Stock', 'Read from', 'Saved page'], looks.map(lookRow))}`;
}

const factsOf = (listing: WatchedPrice) =>
  [
    ['Product', [listing.product_name, listing.sku].filter(Boolean).join(' · ') || 'tied to nothing'],
    ['Competitor', listing.competitor_name],
    [
      'Page',
      safeUrl(listing.url) ? html`<a href="${listing.url}" rel="noreferrer noopener">${listing.url}</a>` : listing.url,
    ],
    [
      'Last good price',
      html`${moneyOf(listing.amount, listing.currency) ?? 'unknown'} ${ageOf(listing.priced_at)}${describeStatus(listing)}`,
    ],
    ['Stock', (listing.availability ?? '').replaceAll('_', ' ')],
    ['In our terms', moneyOf(listing.comparable_amount, listing.comparable_currency)],
    ['Our price', moneyOf(listing.our_amount, listing.comparable_currency)],
    ['Our position', listing.position === null ? '' : `${listing.position} of ${listing.rivals + 1}`],
    ['Held', listing.is_held ? 'yes: what was seen waits to be seen again, or for a person' : ''],
  ] as const;

const alertRow = (alert: ListingAlert) => [
  opsTime(alert.created_at),
  alert.kind.replaceAll('_', ' '),
  html`<span>${alert.status}${alert.held_reasons.length > 0 && `: ${alert.held_reasons.join(', ').replaceAll('_', ' ')}`}${alert.resolution && ` (${alert.resolution.replaceAll('_', ' ')})`}</span>`,
  html`<a href="${PATH}/evidence/${alert.observation_id}">saved page</a>`,
];

function repriceRow(row: RepriceRow, listing: WatchedPrice) {
  const { competitor_name: whose } = row.basis as { competitor_name?: unknown };
  return [
    opsTime(row.created_at),
    moneyOf(row.from_amount, row.currency),
    moneyOf(row.to_amount, row.currency),
    typeof whose === 'string' ? whose : row.rule.kind,
    html`<span>${row.status}${row.decided_by && html` <span class="faint">${row.decided_by}</span>`}</span>`,
    row.status === 'proposed'
      ? html`<span>${decide(row, listing, 'approve', 'Apply')}${decide(row, listing, 'refuse', 'Refuse')}</span>`
      : row.status === 'applied' && decide(row, listing, 'undo', 'Undo'),
  ];
}

const decide = (row: RepriceRow, listing: WatchedPrice, verb: string, label: string) =>
  html`<form method="post" action="${PATH}/${listing.id}/reprices/${row.id}/${verb}" style="display:inline-flex;margin:0 8px 0 0"><button>${label}</button></form>`;

const lookRow = (row: ObservationRow) => [
  opsTime(row.observed_at),
  row.outcome === 'none'
    ? html`<span class="bad">unknown: ${(row.reason ?? '').replaceAll('_', ' ')}</span>`
    : html`${row.price_kind !== null && row.price_kind !== 'exact' && 'from '}${moneyOf(row.amount, row.currency) ?? 'no price'}`,
  (row.availability ?? '').replaceAll('_', ' '),
  html`${(row.layer ?? '').replaceAll('_', ' ')}${row.confidence !== null && ` ${Math.round(row.confidence * 100)} %`}`,
  row.evidence_key === null ? '' : html`<a href="${PATH}/evidence/${row.id}">look</a>`,
];
