import { escapeHtml } from './html.ts';

/** What a button does: a call of the control API, asked for first where it needs a figure. */
const SCRIPT = `
const call = (method, path, body) => fetch('/sandbox/stripe/control/' + path, { method, headers: { 'content-type': 'application/json' }, body }).then(async (answer) => {
  if (answer.ok) location.reload(); else alert((await answer.json()).error.message);
});
document.addEventListener('click', ({ target }) => {
  const { post, body = '{}', ask, remove } = target.dataset;
  if (remove) return call('DELETE', remove);
  if (!post) return;
  const wishes = JSON.parse(body);
  if (ask) {
    const said = prompt(ask + ', in minor units');
    if (said === null) return;
    if (said !== '') wishes[ask] = Number.isNaN(Number(said)) ? said : Number(said);
  }
  call('POST', post, JSON.stringify(wishes));
});
document.getElementById('fault')?.addEventListener('submit', (event) => {
  event.preventDefault();
  const { kind, times, delay_ms, path, event_type } = Object.fromEntries(new FormData(event.target));
  const match = { ...(path && { path }), ...(event_type && { event_type }) };
  call('POST', 'faults', JSON.stringify({ kind, match, ...(times && { times: Number(times) }), ...(delay_ms && { delay_ms: Number(delay_ms) }) }));
});`;

const STYLE = `
body{font:15px/1.5 system-ui;color:#1b2333;background:#f6f7fa;margin:0 auto;max-width:92rem;padding:1rem}
h1{font-size:1.3rem}h2{font-size:1rem;margin:1.5rem 0 .5rem}table{border-collapse:collapse;width:100%;background:#fff;display:block;overflow-x:auto}
td,th{padding:.3rem .6rem;border-bottom:1px solid #e3e7ee;text-align:left;white-space:nowrap}td:has(button){white-space:normal;min-width:15rem}td button{font-size:.85rem;margin:.1rem 0}nav a{margin-right:1rem}
pre{background:#fff;padding:1rem;overflow:auto}button,input,select{font:inherit;padding:.15rem .5rem}a{color:#1f5fbf}`;

export const layout = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body><h1><a href="/sandbox/stripe">Sandbox Stripe</a></h1>${content}<script>${SCRIPT}</script></body></html>`;

/** A button that calls the control API with POST; `ask` is the name of a figure or word to ask for. */
export function button(label: string, post: string, { body = {}, ask }: { body?: object; ask?: string } = {}): string {
  const asks = ask ? ` data-ask="${escapeHtml(ask)}"` : '';
  return `<button data-post="${escapeHtml(post)}" data-body="${escapeHtml(JSON.stringify(body))}"${asks}>${escapeHtml(label)}</button>`;
}

export const table = (heads: string[], rows: string[][]): string =>
  rows.length === 0
    ? '<p>None yet.</p>'
    : `<table><tr>${heads.map((head) => `<th>${head}`).join('')}</tr>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}`).join('')}</tr>`).join('')}</table>`;
