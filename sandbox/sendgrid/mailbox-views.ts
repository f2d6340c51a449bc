/** The mailbox's two pages as HTML: plain, readable on a phone, without scripts. */
import type { StoredMail } from './mailbox.ts';

const STYLE = `
:root{color-scheme:light dark;--ink:#1c1f23;--faint:#6b7280;--line:#e5e7eb;--page:#f7f7f8;--card:#fff;--link:#2456c7}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--faint:#9aa0a8;--line:#33373d;--page:#17191c;--card:#1f2226;--link:#8ab4ff}}
*{box-sizing:border-box}body{margin:0;background:var(--page);color:var(--ink);font:16px/1.45 system-ui,-apple-system,'Segoe UI',Roboto,sans-serif}
main{max-width:860px;margin:0 auto;padding:20px 16px 48px}h1{font-size:22px;margin:0 0 4px;overflow-wrap:anywhere}a{color:var(--link)}
.faint{color:var(--faint);font-size:14px}form{display:flex;gap:8px;margin:16px 0}
input{flex:1;min-width:0;font:inherit;padding:10px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:inherit}
button{font:inherit;font-weight:600;padding:10px 16px;border:0;border-radius:8px;background:var(--ink);color:var(--page)}
ol{list-style:none;margin:0;padding:0;background:var(--card);border:1px solid var(--line);border-radius:12px;overflow:hidden}
li+li{border-top:1px solid var(--line)}li a{display:grid;grid-template-columns:1fr auto;gap:2px 12px;padding:12px 16px;color:inherit;text-decoration:none}
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
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);

function page(title: string, main: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><main>${main}</main></body></html>`;
}

export interface ListView {
  /** Path of the mailbox. */
  base: string;
  mails: readonly StoredMail[];
  to: string | undefined;
  total: number;
  /** Where the next page begins, if there is one. */
  next: number | undefined;
}

export function listPage({ base, mails, to, total, next }: ListView): string {
  const query = to ? `to=${encodeURIComponent(to)}&amp;` : '';
  const found = `${total} ${total === 1 ? 'message' : 'messages'}${to ? ` to ${escapeHtml(to)}` : ''}`;
  const list =
    mails.length > 0 ? `<ol>${mails.map((mail) => listItem(base, mail)).join('')}</ol>` : '<p>Nothing here yet.</p>';
  const more = next === undefined ? '' : `<a class="next" href="${base}?${query}before=${next}">Older messages</a>`;
  return page(
    'Mailbox',
    `<h1>Mailbox</h1><div class="faint">${found}. Nothing here was really sent.</div>
<form action="${base}" method="get" role="search"><input type="search" name="to" value="${escapeHtml(to ?? '')}" placeholder="Search by recipient" aria-label="Recipient"><button>Search</button></form>
${list}${more}`,
  );
}

function listItem(base: string, mail: StoredMail): string {
  return `<li><a href="${base}/${mail.seq}"><span class="cut subject">${escapeHtml(mail.subject)}</span><span class="tag ${escapeHtml(mail.status)}">${escapeHtml(mail.status)}</span>
<span class="cut faint">${escapeHtml(mail.recipient)}</span><time class="faint" datetime="${time(mail)}">${time(mail).slice(0, 19).replace('T', ' ')}</time></a></li>`;
}

export function mailPage(base: string, mail: StoredMail): string {
  const from = mail.from_name ? `${mail.from_name} <${mail.from_email}>` : mail.from_email;
  const facts = [
    ['From', from],
    ['To', mail.recipient_name ? `${mail.recipient_name} <${mail.recipient}>` : mail.recipient],
    ['Accepted', `${time(mail).slice(0, 19).replace('T', ' ')} UTC`],
    ['Outcome', mail.status],
    ['Message id', mail.message_id],
    ...Object.entries(JSON.parse(mail.custom_args) as Record<string, string>),
  ].map(([name, value]) => `<dt>${escapeHtml(String(name))}</dt><dd>${escapeHtml(String(value))}</dd>`);
  const html = mail.html
    ? `<iframe title="Message" sandbox="allow-popups allow-popups-to-escape-sandbox" src="${base}/${mail.seq}/html"></iframe>`
    : '';
  const text = mail.text
    ? `<details${html ? '' : ' open'}><summary>Text part</summary><pre>${escapeHtml(mail.text)}</pre></details>`
    : '';
  const body = html || text ? html + text : '<p>The body of this old message is no longer kept.</p>';
  return page(
    mail.subject,
    `<p><a href="${base}?to=${encodeURIComponent(mail.recipient)}">All to ${escapeHtml(mail.recipient)}</a> · <a href="${base}">Mailbox</a></p>
<h1>${escapeHtml(mail.subject)}</h1><dl>${facts.join('')}</dl>${body}`,
  );
}

const time = (mail: StoredMail) => new Date(mail.created_ms).toISOString();
