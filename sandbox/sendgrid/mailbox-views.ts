/** The mailbox's two pages as HTML: plain, readable on a phone, without scripts. */
import { escapeHtml, page } from '../page.ts';
import type { StoredMail } from './mailbox.ts';

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
