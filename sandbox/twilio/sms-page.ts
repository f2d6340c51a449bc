/** What phones were told, as a page. */
import { escapeHtml, page } from '../page.ts';
import type { StoredMessage } from './messages.ts';

export interface SmsView {
  messages: readonly StoredMessage[];
  to: string | undefined;
  total: number;
  /** Where the next page begins, if there is one. */
  next: number | undefined;
}

export function smsPage({ messages, to, total, next }: SmsView): string {
  const query = to ? `to=${encodeURIComponent(to)}&amp;` : '';
  const found = `${total} ${total === 1 ? 'message' : 'messages'}${to ? ` to ${escapeHtml(to)}` : ''}`;
  const list = messages.length > 0 ? `<ol>${messages.map(entry).join('')}</ol>` : '<p>Nothing here yet.</p>';
  const more = next === undefined ? '' : `<a class="next" href="/sms?${query}before=${next}">Older messages</a>`;
  return page(
    'Text messages',
    `<h1>Text messages</h1><div class="faint">${found}. Nothing here was really sent.</div>
<form action="/sms" method="get" role="search"><input type="search" name="to" value="${escapeHtml(to ?? '')}" placeholder="Search by number" aria-label="Number"><button>Search</button></form>
${list}${more}`,
  );
}

function entry(message: StoredMessage): string {
  const { recipient, sender, service_sid, status, error_code, segments, created_ms } = message;
  const time = new Date(created_ms).toISOString();
  const bad = status === 'undelivered' || status === 'failed' ? ' dropped' : '';
  const parts = segments > 1 ? ` · ${segments} segments` : '';
  return `<li><div class="entry"><span class="subject">${escapeHtml(recipient)}</span><span class="tag${bad}">${escapeHtml(status)}${error_code === null ? '' : ` ${error_code}`}</span>
<span class="body">${withLinks(message.body)}</span><time class="faint" datetime="${time}">${time.slice(0, 19).replace('T', ' ')}</time>
<span class="faint">from ${escapeHtml(sender ?? service_sid ?? '')}${parts}</span></div></li>`;
}

/** As a phone does: addresses can be touched. */
const withLinks = (body: string) =>
  escapeHtml(body).replaceAll(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}" rel="noreferrer">${url}</a>`);
