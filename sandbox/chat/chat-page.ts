/** The chat's channels in a browser, newest first. What was posted is shown, never trusted. */
import { escapeHtml, page } from '../page.ts';
import type { StoredMessage } from './channels.ts';
import { type Part, parseMrkdwn } from './mrkdwn.ts';

export function chatPage(messages: readonly StoredMessage[], total: number): string {
  const items = messages.map(item).join('');
  return page(
    'Chat',
    `<h1>Chat</h1><div class="faint">${total} ${total === 1 ? 'message' : 'messages'} by incoming webhooks. Nothing was really sent.</div>
${items ? `<ol>${items}</ol>` : '<p>Nothing here yet.</p>'}`,
  );
}

function item({ channel, message, created_ms }: StoredMessage): string {
  const time = new Date(created_ms).toISOString();
  const sections = message.sections.length > 0 ? message.sections : [{ type: 'mrkdwn', text: message.text } as const];
  const shown = sections.map(({ type, text }) => (type === 'plain_text' ? escapeHtml(text) : show(text)));
  return `<li><div class="entry"><span class="tag">#${escapeHtml(channel)}</span><time class="faint" datetime="${time}">${time.slice(0, 19).replace('T', ' ')}</time>
<span class="body">${shown.join('\n')}</span></div></li>`;
}

/** Bold of whole lines is all the formatting that is played. */
function show(text: string): string {
  const bold = /^\*(.+)\*$/s.exec(text)?.[1];
  const parts = parseMrkdwn(bold ?? text)
    .map(showPart)
    .join('');
  return bold === undefined ? parts : `<b>${parts}</b>`;
}

function showPart(part: Part): string {
  if (part.kind === 'mention') return `<mark>${escapeHtml(part.text)}</mark>`;
  if (part.kind === 'text' || !/^https?:/.test(part.url)) return escapeHtml(part.text);
  return `<a href="${escapeHtml(part.url)}" rel="noreferrer">${escapeHtml(part.text)}</a>`;
}
