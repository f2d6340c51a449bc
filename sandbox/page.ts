/** What the pages of played providers look like: plain, readable on a phone, without scripts. */
import type { Response } from 'express';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c1f23;--faint:#6b7280;--line:#e5e7eb;--page:#f7f7f8;--card:#fff;--link:#2456c7}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--faint:#9aa0a8;--line:#33373d;--page:#17191c;--card:#1f2226;--link:#8ab4ff}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:16px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
main{max-width:860px;margin:0 auto;padding:20px 16px 48px}h1{font-size:22px;margin:0 0 4px;overflow-wrap:anywhere}a{color:var(--link)}
.faint{color:var(--faint);font-size:14px}.faint+ol{margin-top:16px}form{display:flex;gap:8px;margin:16px 0}
input{flex:1;min-width:0;font:inherit;padding:10px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:inherit}
button{font:inherit;font-weight:600;padding:10px 16px;border:0;border-radius:8px;background:var(--ink);color:var(--page)}
ol{list-style:none;margin:0;padding:0;background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden}
li+li{border-top:1px solid var(--line)}li a{display:grid;grid-template-columns:1fr auto;gap:2px 12px;padding:12px 16px;color:inherit;text-decoration:none}
.entry{display:grid;grid-template-columns:1fr auto;gap:2px 12px;padding:12px 16px}.entry .body{white-space:pre-wrap;overflow-wrap:anywhere}.entry .tag:first-child{justify-self:start}.entry a{display:inline;padding:0;color:var(--link)}
li a:hover,li a:focus{background:var(--page)}.cut{overflow:hidden;text-overflow:ellipsis;white-space:nowrap;min-width:0}
.subject{font-weight:600}.tag{font-size:12px;padding:1px 8px;border-radius:99px;border:1px solid var(--line);color:var(--faint);justify-self:end}
.bounce,.dropped{color:#b42318;border-color:#b42318}.next{display:inline-block;margin-top:16px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:4px 16px;margin:16px 0}dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere}
iframe{width:100%;height:70vh;border:1px solid var(--line);border-radius:12px;background:#fff}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px;margin:0}
details{margin-top:16px}summary{cursor:pointer;margin-bottom:8px}`;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
/** Text as it may stand in HTML, in content and in quoted attributes. */
export const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

/** A whole page around `main`, which is HTML already, as is what its `head` holds besides. */
export function page(title: string, main: string, head = ''): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style>${head}</head><body><main>${main}</main></body></html>`;
}

/** Nothing runs and nothing is loaded: the pages carry their own styles. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'";

export function sendPage(res: Response, html: string): void {
  res.setHeader('Content-Security-Policy', POLICY);
  res.type('html').send(html);
}
