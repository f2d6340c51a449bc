import type { RequestHandler } from 'express';
import { CARRIER } from './journey.ts';
import { escapeHtml } from './label.ts';
import type { Parcel, Parcels, Scan } from './parcels.ts';

/** The page a recipient follows a parcel on; it shows the place it goes to, never the street or the name. */
export function showTracking(parcels: Parcels): RequestHandler {
  return (req, res) => {
    const number = String(req.params.number);
    const parcel = /^PW\d+$/.test(number) ? parcels.find(number) : undefined;
    res.set('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'");
    if (!parcel)
      return void res.status(404).type('html').send(page('Unknown parcel', '<h1>We know no such parcel</h1>'));
    res
      .type('html')
      .send(page(`Parcel ${parcel.tracking_number}`, render(parcel, parcels.scans(parcel)), isMoving(parcel)));
  };
}

const STEPS = [
  ['label_purchased', 'Announced'],
  ['in_transit', 'On its way'],
  ['out_for_delivery', 'On the van'],
  ['delivered', 'Delivered'],
] as const;

const isMoving = (parcel: Parcel) => parcel.status !== 'delivered';

function render(parcel: Parcel, scans: Scan[]): string {
  const at = STEPS.findIndex(([status]) => status === parcel.status);
  const stuck = at === -1;
  const { city, country } = parcel.facts.to;
  const place = escapeHtml([city, country].filter(Boolean).join(', '));
  const steps = STEPS.map(([, label], index) => `<li class="${index <= at ? 'on' : ''}"><i></i>${label}</li>`).join('');
  const rows = scans
    .toReversed()
    .map((scan) => `<li><b>${escapeHtml(scan.description)}</b><time>${clock(scan.occurred_at)}</time></li>`)
    .join('');
  return `<p class="number">${parcel.tracking_number}</p>
<h1>${stuck ? 'Needs attention' : STEPS[at]?.[1]}</h1><p>to ${place} · ${escapeHtml(parcel.facts.service)}</p>
${stuck ? '' : `<ol class="steps">${steps}</ol>`}<ul class="scans">${rows}</ul>`;
}

const clock = (time: string) => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;

const STYLE = `*{box-sizing:border-box}body{margin:0;font:16px/1.5 system-ui,sans-serif;background:#f3f1ec;color:#1d2733}
header{background:#12344d;color:#fff;padding:16px 24px;font-weight:700;letter-spacing:.04em}
main{max-width:560px;margin:24px auto;padding:24px;background:#fff;border-radius:14px;box-shadow:0 6px 24px #0001}
h1{margin:.1em 0;font-size:1.8rem}p{margin:0;color:#5b6773}.number{font:600 .95rem ui-monospace,monospace;letter-spacing:.06em}
.steps{display:flex;list-style:none;margin:28px 0;padding:0}.steps li{flex:1;text-align:center;font-size:.8rem;color:#98a2ad;position:relative}
.steps i{display:block;width:18px;height:18px;margin:0 auto 8px;border-radius:50%;background:#dde2e7;position:relative;z-index:1}
.steps li+li:before{content:"";position:absolute;top:8px;right:50%;width:100%;height:3px;background:#dde2e7}
.steps .on{color:#12344d;font-weight:600}.steps .on i,.steps li.on+li.on:before{background:#e07a2f}
.scans{list-style:none;margin:0;padding:0;border-top:1px solid #e8eaed}.scans li{padding:12px 0;border-bottom:1px solid #e8eaed}
.scans b{display:block;font-weight:600}.scans time{color:#5b6773;font-size:.85rem}@media(max-width:600px){main{margin:0;border-radius:0}}`;

function page(title: string, body: string, refresh = false): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
${refresh ? '<meta http-equiv="refresh" content="3">' : ''}<title>${title} · ${CARRIER}</title><style>${STYLE}</style>
<header>${CARRIER}</header><main>${body}</main></html>`;
}
