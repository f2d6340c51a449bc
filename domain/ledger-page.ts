/** A day's journal as a page that reads and prints well: a picture of the last weeks, and the accounts by currency. */
import type { JournalLine } from './ledger-csv.ts';
import { escapeHtml } from './messages/escape.ts';
import { formatMoney, toDecimal } from './money.ts';

interface Sales {
  day: string;
  currency: string;
  sold: number;
  refunded: number;
}

export interface JournalPage {
  day: string;
  closedAt: Date | null;
  lines: readonly JournalLine[];
  /** Days before and this one, without tax. */
  sales: readonly Sales[];
}

export function renderJournal({ day, closedAt, lines, sales }: JournalPage): string {
  const currencies = [...new Set(lines.map(({ currency }) => currency))];
  const state = closedAt
    ? `Closed ${closedAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`
    : 'Open: this day may still change';
  const sections = currencies.map((currency) =>
    [
      `<section><h2>${escapeHtml(currency.toUpperCase())}</h2>`,
      drawSales(upToDay(sales, lines, currency, day), currency, day),
      drawTable(
        lines.filter((line) => line.currency === currency),
        currency,
      ),
      '</section>',
    ].join('\n'),
  );
  const body = sections.length > 0 ? sections.join('\n') : '<p>Nothing was booked, and no account stands open.</p>';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Journal of ${escapeHtml(day)}</title><style>${STYLE}</style></head>
<body><main><h1>Journal of ${escapeHtml(day)}</h1><p class="state">${escapeHtml(state)}. Days are UTC; debits are positive.</p>
${body}
</main></body></html>
`;
}

/** An open day is not among the closed ones: what it sold so far is in its own lines. */
function upToDay(sales: readonly Sales[], lines: readonly JournalLine[], currency: string, day: string): Sales[] {
  const known = sales.filter((each) => each.currency === currency);
  if (known.some((each) => each.day === day)) return known;
  const sumOf = (accounts: readonly string[]) =>
    lines
      .filter((line) => line.currency === currency && accounts.includes(line.account))
      .reduce((sum, { credit, debit }) => sum + credit - debit, 0);
  const today = { day, currency, sold: sumOf(['revenue', 'shipping_revenue']), refunded: 0 - sumOf(['refunds']) };
  return today.sold === 0 && today.refunded === 0 ? known : [...known, today];
}

function drawTable(lines: readonly JournalLine[], currency: string): string {
  const cells = (amounts: readonly number[]) =>
    amounts.map((amount) => `<td>${groupThousands(toDecimal({ amount, currency }))}</td>`).join('');
  const rows = lines.map(
    ({ name, opening, debit, credit, closing }) =>
      `<tr><th scope="row">${escapeHtml(name)}</th>${cells([opening, debit, credit, closing])}</tr>`,
  );
  const total = (column: 'opening' | 'debit' | 'credit' | 'closing') =>
    lines.reduce((sum, line) => sum + line[column], 0);
  const totals = [total('opening'), total('debit'), total('credit'), total('closing')];
  const head = ['Account', 'Opening', 'Debit', 'Credit', 'Closing'].map((name) => `<th scope="col">${name}</th>`);
  return `<table><thead><tr>${head.join('')}</tr></thead><tbody>
${rows.join('\n')}
</tbody><tfoot><tr><th scope="row">Sum</th>${cells(totals)}</tr></tfoot></table>`;
}

const [WIDTH, HEIGHT, TOP] = [720, 150, 18];

/** Bars side by side for each day: sold, and given back. */
function drawSales(sales: readonly Sales[], currency: string, day: string): string {
  if (sales.length === 0) return '';
  const most = Math.max(1, ...sales.map(({ sold, refunded }) => Math.max(sold, refunded)));
  // Few days stand together at the left.
  const step = Math.min(WIDTH / sales.length, 48);
  const bars = sales.map((each, at) => {
    const left = at * step;
    const width = Math.max(1, Math.min(14, step * 0.36));
    const bar = (kind: 'sold' | 'refunded', offset: number) => {
      const height = Math.max(0, (each[kind] / most) * (HEIGHT - TOP));
      const said = `${each.day}: ${kind} ${formatMoney({ amount: each[kind], currency })}`;
      const place = `x="${round(left + offset)}" y="${round(HEIGHT - height)}" width="${round(width)}" height="${round(height)}"`;
      return `<rect class="${kind}${each.day === day ? ' today' : ''}" ${place}><title>${escapeHtml(said)}</title></rect>`;
    };
    return bar('sold', step * 0.1) + bar('refunded', step * 0.1 + width + 1);
  });
  const label = `Sold and refunded per day, ${sales[0]!.day} to ${sales.at(-1)!.day}`;
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT + 18}" role="img" aria-label="${escapeHtml(label)}">
<text x="0" y="11">${escapeHtml(formatMoney({ amount: most, currency }))}</text>
<line x1="0" y1="${TOP}" x2="${WIDTH}" y2="${TOP}"/><line x1="0" y1="${HEIGHT}" x2="${WIDTH}" y2="${HEIGHT}"/>
${bars.join('\n')}
<text x="0" y="${HEIGHT + 14}">${escapeHtml(sales[0]!.day)}</text>${lastDay(sales, step)}
</svg><figcaption><i class="sold"></i> sold <i class="refunded"></i> refunded, both without tax</figcaption></figure>`;
}

const lastDay = (sales: readonly Sales[], step: number) =>
  sales.length === 1
    ? ''
    : `<text x="${round(Math.max(sales.length * step, 160))}" y="${HEIGHT + 14}" text-anchor="end">${escapeHtml(sales.at(-1)!.day)}</text>`;

/** `-1234567.890` → `-1,234,567.890`: no currency has more than three decimals. */
const groupThousands = (decimal: string) => decimal.replaceAll(/\B(?=(\d{3})+(?!\d))/g, ',');

const round = (value: number) => Math.round(value * 10) / 10;

const STYLE = `body{font:15px/1.45 system-ui,sans-serif;color:#1c2430;background:#fff;margin:0}
main{max-width:760px;margin:2rem auto;padding:0 1rem}h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.state{color:#5b6675;margin:.25rem 0 0}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .5rem;text-align:right;border-bottom:1px solid #e3e7ec}th:first-child{text-align:left;font-weight:500}
thead th{color:#5b6675;font-weight:500}tfoot th,tfoot td{border-top:2px solid #1c2430;border-bottom:0;font-weight:600}
figure{margin:0 0 1rem}svg{width:100%;height:auto}svg text{font-size:11px;fill:#5b6675}svg line{stroke:#e3e7ec}
rect.sold,i.sold{fill:#8fb3e8;background:#8fb3e8}rect.sold.today{fill:#1f5fbf}
rect.refunded,i.refunded{fill:#efb08c;background:#efb08c}rect.refunded.today{fill:#c4571b}
i{display:inline-block;width:.7em;height:.7em}figcaption{color:#5b6675;font-size:.85rem}
@media print{main{margin:0}}`;
