/** What the pages of operations look like: plain, readable on a phone, without scripts. All that is shown is escaped here. */
import { escapeHtml } from '../domain/messages/escape.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c1f23;--faint:#6b7280;--line:#e5e7eb;--page:#f7f7f8;--card:#fff;--link:#2456c7;--bad:#b42318}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--faint:#9aa0a8;--line:#33373d;--page:#17191c;--card:#1f2226;--link:#8ab4ff;--bad:#ff8a80}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:15px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
main{max-width:1200px;margin:0 auto;padding:20px 16px 48px}h1{font-size:22px;margin:0 0 12px;overflow-wrap:anywhere}h2{font-size:17px;margin:24px 0 8px}a{color:var(--link)}
nav{display:flex;flex-wrap:wrap;gap:4px 16px;margin-bottom:16px}form{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:end;margin:0 0 16px}label{display:grid;gap:2px;color:var(--faint);font-size:13px}
input,select,button{font:inherit;padding:7px 10px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);max-width:100%}button{background:var(--ink);color:var(--page);font-weight:600}
.scroll{overflow-x:auto;background:var(--card);border:1px solid var(--line);border-radius:12px}table{border-collapse:collapse;width:100%}th,td{text-align:left;vertical-align:top;padding:8px 12px;overflow-wrap:anywhere}
th{color:var(--faint);font-weight:500;font-size:13px;white-space:nowrap}tr+tr>*{border-top:1px solid var(--line)}.bad{color:var(--bad)}
pre{font:inherit;white-space:pre-wrap;overflow-wrap:anywhere;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px;margin:0}.faint{color:var(--faint)}
@media(max-width:700px){.rows tr{display:grid;gap:2px;padding:8px 12px;border-top:1px solid var(--line)}.rows tr:first-child{display:none}.rows td{display:grid;grid-template-columns:6em 1fr;gap:8px;padding:0;border:0}
.rows td:empty{display:none}.rows td::before{content:attr(data-name);color:var(--faint);font-size:13px}}`;

/** HTML that may stand in a page as it is. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Shown = Html | string | number | false | null | undefined | readonly Shown[];

/** A template whose values are escaped, unless they are HTML already; lists stand one behind the other. */
export function html(parts: TemplateStringsArray, ...values: Shown[]): Html {
  return new Html(parts.map((part, at) => part + write(values[at])).join(''));
}

function write(value: Shown): string {
  if (value === null || value === undefined || value === false) return '';
  if (value instanceof Html) return value.text;
  return typeof value === 'object' ? value.map(write).join('') : escapeHtml(String(value));
}

export function opsPage(title: string, main: Html): string {
  return html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${new Html(STYLE)}</style></head><body><main>
<nav><a href="/ops/messages">Messages</a><a href="/ops/messages/templates">Templates</a><a href="/ops/extraction">Extraction</a><a href="/ops/prices">Prices</a><a href="/ops/returns">Returns</a><a href="/ops/queues">Queues</a></nav><h1>${title}</h1>${main}</main></body></html>`
    .text;
}

/** Rows under their heads; on a phone each is a list of its own. */
export function opsTable(heads: readonly string[], rows: readonly (readonly Shown[])[]): Html {
  if (rows.length === 0) return html`<p class="faint">None.</p>`;
  return html`<div class="scroll"><table class="rows"><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr>${rows.map(
    (cells) => html`<tr>${cells.map((cell, at) => html`<td data-name="${heads[at]}">${cell}</td>`)}</tr>`,
  )}</table></div>`;
}

/** Facts by their names; what is not there is left out. */
export function opsFacts(facts: readonly (readonly [string, Shown])[]): Html {
  const known = facts.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return html`<div class="scroll"><table>${known.map(
    ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
  )}</table></div>`;
}

/** Times as people read them, in UTC. */
export const opsTime = (at: Date | string | null | undefined) =>
  at ? `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC` : '';
