/** A receiver's pages: plain, readable on a phone, without scripts. What came is shown, never trusted. */
import { escapeHtml, page } from '../page.ts';
import { ANSWERS } from './answers.ts';
import type { Box, Letter, Received } from './box.ts';

const STYLE = `<style>form{flex-wrap:wrap;align-items:end}
label{display:grid;gap:4px;flex:1 1 120px;font-size:14px;color:var(--faint)}label:first-child{flex:4 1 260px}
input,select{font:inherit;padding:10px 12px;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink)}
.wrong{color:#b42318;border-color:#b42318}.genuine{color:#1a7f37;border-color:#1a7f37}
@media(prefers-color-scheme:dark){.wrong{color:#ff8272;border-color:#ff8272}.genuine{color:#57ab5a;border-color:#57ab5a}}</style>`;
const REFRESHED = `<meta http-equiv="refresh" content="5">${STYLE}`;

const SHOWN = 100;
const linkTo = (name: string) => `/hooks/${encodeURIComponent(name)}`;

export function boxesPage(boxes: readonly (readonly [string, Box])[]): string {
  const items = boxes.map(
    ([name, { received, settings }]) =>
      `<li><a href="${linkTo(name)}"><span class="cut subject">${escapeHtml(name)}</span><span class="faint">${received.length} received, answers ${settings.answer}</span></a></li>`,
  );
  const list =
    items.length > 0
      ? `<ol>${items.join('')}</ol>`
      : '<p>None yet: <code>npm run stockroom -- webhooks demo</code> makes one.</p>';
  return page('Receivers of webhooks', `<h1>Receivers of webhooks</h1>${list}`);
}

export function boxPage(name: string, box: Box): string {
  const { received, settings, statistics } = box;
  const newest = received.slice(-SHOWN).toReversed();
  const list =
    newest.length > 0 ? `<ol>${newest.map((each) => item(name, each)).join('')}</ol>` : '<p>Nothing came yet.</p>';
  const facts = `${statistics.requests} received, ${statistics.most_at_once} at once and ${statistics.most_per_second} within a second at most. Kept until the sandbox restarts.`;
  return page(
    `Webhooks to ${name}`,
    `<p><a href="/hooks">All receivers</a></p><h1>Webhooks to ${escapeHtml(name)}</h1><div class="faint">${facts} Answers ${settings.answer}: <a href="${linkTo(name)}/settings">secrets and answer</a>.</div><p></p>${list}`,
    REFRESHED,
  );
}

/** By itself, so that nothing is refreshed while it is filled in. */
export function settingsPage(name: string, { secrets, answer, delay_ms }: Box['settings']): string {
  const options = Object.keys(ANSWERS).map((each) => `<option${each === answer ? ' selected' : ''}>${each}</option>`);
  const form = `<form method="post" action="${linkTo(name)}/settings">
<label>Secrets<input name="secrets" value="${escapeHtml(secrets.join(' '))}" placeholder="whsec_…" autocomplete="off"></label>
<label>Answer<select name="answer">${options.join('')}</select></label>
<label>After milliseconds<input name="delay_ms" type="number" min="0" max="120000" value="${delay_ms}"></label><button>Set</button></form>`;
  const back = `<p><a href="${linkTo(name)}">Webhooks to ${escapeHtml(name)}</a></p>`;
  return page(`Settings of ${name}`, `${back}<h1>How it verifies and answers</h1>${form}`, STYLE);
}

function item(name: string, { number, at, id, type, verdict, times }: Received): string {
  const tone = verdict === 'genuine' ? 'genuine' : verdict.startsWith('no secret') ? '' : 'wrong';
  const again = times > 1 ? `, ${times} times` : '';
  return `<li><a href="${linkTo(name)}/${number}"><span class="cut subject">${escapeHtml(type)}</span><span class="tag ${tone}">${escapeHtml(verdict)}</span>
<span class="cut faint">${escapeHtml(id)}${again}</span><time class="faint" datetime="${at}">${at.slice(11, 23)}</time></a></li>`;
}

export function letterPage(name: string, { headers, body }: Letter): string {
  const lines = Object.entries(headers).map(([header, value]) => `${header}: ${value}`);
  const text = `${lines.join('\n')}\n\n${body}`;
  return page(
    'A webhook',
    `<p><a href="${linkTo(name)}">Webhooks to ${escapeHtml(name)}</a></p><h1>As it came</h1><pre>${escapeHtml(text)}</pre>`,
  );
}
