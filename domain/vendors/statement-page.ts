/** A vendor's statement as a page that reads and prints well: a picture of its days, its orders and its transfers, by currency. */
import { escapeHtml } from '../messages/escape.ts';
import { formatMoney, toDecimal } from '../money.ts';
import type { CurrencyStatement } from './statement.ts';

export interface StatementPage {
  vendor: { name: string; number: string };
  shopName: string;
  from: string;
  to: string;
  statements: readonly CurrencyStatement[];
}

export function renderStatement({ vendor, shopName, from, to, statements }: StatementPage): string {
  const title = `Statement of ${vendor.name}, ${from} to ${to}`;
  const body = statements.length > 0 ? statements.map(drawCurrency).join('\n') : '<p>Nothing was booked.</p>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head>
<body><main><h1>${escapeHtml(vendor.name)}</h1>
<p class="state">${escapeHtml(`${vendor.number} · statement of ${shopName} · ${from} to ${to}, days are UTC`)}</p>
${body}
</main></body></html>
`;
}

function drawCurrency(statement: CurrencyStatement): string {
  const { currency, opening, closing, totals } = statement;
  const money = (amount: number) => escapeHtml(formatMoney({ amount, currency }));
  const sums: [string, number][] = [
    ['Opening balance', opening],
    ['Goods sold', totals.gross],
    ['Refunded', 0 - totals.refunded],
    ['Disputed', 0 - totals.disputed],
    ['Commission', 0 - totals.commission],
    ['Transferred', 0 - totals.transferred],
  ];
  const rows = sums.map(([name, amount]) => `<tr><th scope="row">${name}</th><td>${money(amount)}</td></tr>`);
  return `<section><h2>${escapeHtml(currency.toUpperCase())}</h2>
${drawDays(statement)}
<table class="sums"><tbody>${rows.join('')}</tbody>
<tfoot><tr><th scope="row">Closing balance</th><td>${money(closing)}</td></tr></tfoot></table>
${drawOrders(statement)}${drawTransfers(statement)}</section>`;
}

function drawOrders({ currency, orders, totals }: CurrencyStatement): string {
  if (orders.length === 0) return '';
  const cells = (of: typeof totals) =>
    [of.gross, -of.refunded, -of.disputed, -of.commission, of.earned, of.transferred]
      .map((amount) => `<td>${decimal(amount + 0, currency)}</td>`)
      .join('');
  const rows = orders.map((order) => `<tr><th scope="row">${escapeHtml(order.number)}</th>${cells(order)}</tr>`);
  const names = ['Order', 'Goods', 'Refunded', 'Disputed', 'Commission', 'Earned', 'Transferred'];
  return `<h3>Orders</h3>${drawTable(names, rows, `<tr><th scope="row">Sum</th>${cells(totals)}</tr>`)}`;
}

function drawTransfers({ currency, transfers, totals }: CurrencyStatement): string {
  if (transfers.length === 0) return '';
  const rows = transfers.map(({ day, kind, number, amount, provider_id: id }) => {
    const about = [kind, number, id ?? ''].map((text) => `<td class="text">${escapeHtml(text)}</td>`).join('');
    return `<tr><th scope="row">${escapeHtml(day)}</th>${about}<td>${decimal(amount, currency)}</td></tr>`;
  });
  const sum = `<tr><th scope="row">Sum</th><td></td><td></td><td></td><td>${decimal(totals.transferred, currency)}</td></tr>`;
  return `<h3>Transfers</h3>${drawTable(['Day', 'Kind', 'Order', 'At Stripe', 'Amount'], rows, sum)}`;
}

const drawTable = (names: readonly string[], rows: readonly string[], foot: string) =>
  `<table><thead><tr>${names.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead>
<tbody>${rows.join('\n')}</tbody><tfoot>${foot}</tfoot></table>`;

const decimal = (amount: number, currency: string) =>
  toDecimal({ amount, currency }).replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');

const [WIDTH, HEIGHT, TOP] = [720, 150, 18];

/** Bars side by side for each day on which something was booked: earned above the line or below it, and transferred. */
function drawDays({ currency, days }: CurrencyStatement): string {
  if (days.length === 0) return '';
  const amounts = days.flatMap(({ earned, transferred }) => [earned, transferred]);
  const [most, least] = [Math.max(1, ...amounts), Math.min(0, ...amounts)];
  const y = (amount: number) => TOP + ((most - amount) / (most - least)) * (HEIGHT - TOP);
  const step = Math.min(WIDTH / days.length, 48);
  const width = Math.max(1, Math.min(14, step * 0.36));
  const bars = days.map((day, at) => {
    const bar = (kind: 'earned' | 'transferred', offset: number) => {
      const said = `${day.day}: ${kind} ${formatMoney({ amount: day[kind], currency })}`;
      const top = Math.min(y(day[kind]), y(0));
      const place = `x="${round(at * step + offset)}" y="${round(top)}" width="${round(width)}" height="${round(Math.abs(y(day[kind]) - y(0)))}"`;
      return `<rect class="${kind}" ${place}><title>${escapeHtml(said)}</title></rect>`;
    };
    return bar('earned', step * 0.1) + bar('transferred', step * 0.1 + width + 1);
  });
  const [first, last] = [days[0]!.day, days.at(-1)!.day];
  const end = Math.max(days.length * step, 160);
  const label = `Earned and transferred per day, ${first} to ${last}`;
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT + 18}" role="img" aria-label="${escapeHtml(label)}">
<text x="0" y="11">${escapeHtml(formatMoney({ amount: most, currency }))}</text>
<line x1="0" y1="${round(y(0))}" x2="${WIDTH}" y2="${round(y(0))}"/>
${bars.join('\n')}
<text x="0" y="${HEIGHT + 14}">${escapeHtml(first)}</text>${days.length > 1 ? `<text x="${round(end)}" y="${HEIGHT + 14}" text-anchor="end">${escapeHtml(last)}</text>` : ''}
</svg><figcaption><i class="earned"></i> earned, after refunds and commission <i class="transferred"></i> transferred</figcaption></figure>`;
}

const round = (value: number) => Math.round(value * 10) / 10;

const STYLE = `body{font:15px/1.45 system-ui,sans-serif;color:#1c2430;background:#fff;margin:0}
main{max-width:860px;margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
h3{font-size:1rem;margin:1.5rem 0 .25rem}.state{color:#5b6675;margin:.25rem 0 0}
table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}table.sums{max-width:24rem}
th,td{padding:.3rem .5rem;text-align:right;border-bottom:1px solid #e3e7ec}th:first-child,td.text{text-align:left;font-weight:500}
td.text{font-weight:400;overflow-wrap:anywhere}thead th{color:#5b6675;font-weight:500}
tfoot th,tfoot td{border-top:2px solid #1c2430;border-bottom:0;font-weight:600}
figure{margin:0 0 1rem}svg{width:100%;height:auto}svg text{font-size:11px;fill:#5b6675}svg line{stroke:#c3cad3}
rect.earned,i.earned{fill:#1f5fbf;background:#1f5fbf}rect.transferred,i.transferred{fill:#8fb3e8;background:#8fb3e8}
i{display:inline-block;width:.7em;height:.7em}figcaption{color:#5b6675;font-size:.85rem}
@media print{main{margin:0;max-width:none}thead{display:table-header-group}tr,figure{break-inside:avoid}}`;
