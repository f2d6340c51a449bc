/** What the played browsers would show, newest first. What was pushed is shown, never trusted. */
import { escapeHtml, page } from '../page.ts';
import type { Push } from './browsers.ts';

export function pushPage(pushes: readonly Push[], total: number): string {
  const items = pushes.map(item).join('');
  return page(
    'Pushes',
    `<h1>Pushes</h1><div class="faint">${total} ${total === 1 ? 'message' : 'messages'} to played browsers, decrypted with their keys. Nothing was really sent.</div>
${items ? `<ol>${items}</ol>` : '<p>Nothing here yet: on an order’s page of the demo shop, ask to be told.</p>'}`,
  );
}

function item({ label, payload, urgency, ttl, replaced, created_ms }: Push): string {
  const { title, body, url } = read(payload);
  const time = new Date(created_ms).toISOString();
  const name = title ? escapeHtml(title) : 'A message without a title';
  return `<li><div class="entry"><span class="subject">${url ? `<a href="${escapeHtml(url)}" rel="noreferrer">${name}</a>` : name}</span>
<span class="tag">${replaced ? 'replaced' : escapeHtml(urgency)}</span>
<span class="body">${escapeHtml(body ?? '')}</span><time class="faint" datetime="${time}">${time.slice(0, 19).replace('T', ' ')}</time>
<span class="faint">${escapeHtml(label)} · kept for ${Math.round(ttl / 3_600)} h</span></div></li>`;
}

function read(payload: string): { title?: string; body?: string; url?: string } {
  try {
    const { title, body, url } = JSON.parse(payload) as Record<string, unknown>;
    const link = typeof url === 'string' && /^https?:/.test(url) ? { url } : {};
    return { title: String(title ?? ''), body: String(body ?? ''), ...link };
  } catch {
    return { body: payload };
  }
}
