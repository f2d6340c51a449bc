/**
 * What is kept of a page as evidence: its text, its structure and the data in it, so that it reads the same as the whole page did. What runs, what only decorates, and what could tell of a person or a session goes. Walked without recursion, since a
 * hostile page may be nested as deep as it is long.
 */
import { type PageNode, parsePage } from './page-tree.ts';
import { isKeptScript, withoutSecrets } from './trim-scripts.ts';

type Tag = Extract<PageNode, { attribs: unknown }>;

/** Elements that go with all they contain. */
const DROPPED: ReadonlySet<string> = new Set(
  'style svg canvas video audio object embed applet textarea xmp plaintext noembed noframes'.split(' '),
);
const VOID: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
/** Links that only load something. */
const LOADING = /^(?:stylesheet|preload|prefetch|modulepreload|preconnect|dns-prefetch|manifest|.*icon)$/i;
const MAX_UNREAD = 100_000;
const MAX_ATTRIBUTE = 20_000;

export function trimPage(html: string): string {
  const page = parsePage(html);
  if (!page) return withoutStructure(html);
  const written: string[] = ['<!doctype html>'];
  // What is still to be written: a node, or the end of one that was begun.
  const waiting: (PageNode | string)[] = [...page.root.children].reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') written.push(next);
    else if (next.type === 'text') writeText(next.data, written);
    else if ('attribs' in next) writeTag(next, written, waiting);
  }
  return written.join('');
}

/** Of what is too large or too deep to be read: how it begins. */
const withoutStructure = (html: string) =>
  `<!doctype html><pre>${escapeText(withoutSecrets(html.slice(0, MAX_UNREAD).toWellFormed()))}</pre>`;

/** One blank or one line's end between words, however many stood there, also where what stood between them goes. */
function writeText(text: string, written: string[]): void {
  const narrow = text.replace(/\s{2,}/g, (space) => (space.includes('\n') ? '\n' : ' '));
  const isBlankBefore = /\s$/.test(written.at(-1)?.slice(-1) ?? '');
  const kept = isBlankBefore ? narrow.trimStart() : narrow;
  if (kept) written.push(escapeText(withoutSecrets(kept)));
}

function writeTag(tag: Tag, written: string[], waiting: (PageNode | string)[]): void {
  const name = tag.name.toLowerCase();
  if (DROPPED.has(name) || isLoadingLink(name, tag.attribs)) return;
  if (name === 'script') {
    const text = tag.children.map((child) => ('data' in child ? child.data : '')).join('');
    if (isKeptScript(tag.attribs, text))
      written.push(`<script${attributesOf(name, tag.attribs)}>`, withoutSecrets(text), '</script>');
    return;
  }
  // Without an element in its place, what it held would be read as part of what is around it.
  const kept = /^[a-z][\w:.-]*$/.test(name) ? name : 'span';
  written.push(`<${kept}${attributesOf(kept, tag.attribs)}>`);
  if (VOID.has(name)) return;
  waiting.push(`</${kept}>`);
  for (let at = tag.children.length - 1; at >= 0; at--) waiting.push(tag.children[at] as PageNode);
}

const isLoadingLink = (name: string, { rel = '', itemprop, property }: Tag['attribs']) =>
  name === 'link' &&
  itemprop === undefined &&
  property === undefined &&
  rel.split(/\s+/).some((each) => LOADING.test(each));

function attributesOf(tag: string, attributes: Tag['attribs']): string {
  let text = '';
  for (const [name, value] of Object.entries(attributes)) {
    const isKept = /^[a-z_][\w:.-]*$/i.test(name) && !isIdle(name) && !isSecret(tag, name, attributes);
    const kept = !isKept ? undefined : name === 'style' ? keptStyle(value) : keptValue(value);
    if (kept !== undefined) text += kept === '' ? ` ${name}` : ` ${name}="${escapeAttribute(kept)}"`;
  }
  return text;
}

/** What runs or decorates. */
const isIdle = (name: string) => /^(?:on|srcset$|sizes$|nonce$|integrity$|crossorigin$|srcdoc$|ping$)/i.test(name);

/** What a form or a meta element carries for a session or a person. */
const isSecret = (tag: string, name: string, { type = 'text', name: its = '', id = '' }: Tag['attribs']) => {
  if (tag === 'meta') return name === 'content' && SECRET_NAME.test(its);
  return tag === 'input' && name === 'value' && (type !== 'hidden' || SECRET_NAME.test(`${its} ${id}`));
};
const SECRET_NAME = /token|csrf|xsrf|nonce|session|secret|auth(?!or)|e-?mail|phone|customer|password/i;

/** What tells that a text is not shown, or that a price does not hold any more. */
function keptStyle(style: string): string | undefined {
  const kept = style.match(
    /(?:display\s*:\s*none|visibility\s*:\s*hidden|text-decoration[\w-]*\s*:[^;]{0,40}line-through)/gi,
  );
  return kept ? kept.join(';') : undefined;
}

/** A value that is cut would read as another: it is kept whole or not at all. */
function keptValue(value: string): string | undefined {
  if (value.length > MAX_ATTRIBUTE || /^\s*data:[^,]{0,100};base64,/i.test(value)) return undefined;
  return /^\s*javascript:/i.test(value) ? undefined : withoutSecrets(value);
}

const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeAttribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
