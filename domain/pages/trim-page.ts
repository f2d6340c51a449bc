/**
 * What is kept of a page as evidence: its text, its structure and the data in it, so that it reads the same as the whole page did. What runs, what only decorates, and what could tell of a person or a session goes. Walked without recursion, since a
 * hostile page may be nested as deep as it is long.
 */
import { load } from 'cheerio/slim';
import { isKeptScript, withoutSecrets } from './trim-scripts.ts';

type Node = ReturnType<ReturnType<typeof load>['root']>[number]['children'][number];
type Tag = Extract<Node, { attribs: unknown }>;

/** Elements that go with all they contain. */
const DROPPED: ReadonlySet<string> = new Set(
  'style svg canvas video audio object embed applet textarea xmp plaintext noembed noframes'.split(' '),
);
const VOID: ReadonlySet<string> = new Set(
  'area base br col embed hr img input link meta param source track wbr'.split(' '),
);
/** Links that only load something. */
const LOADING = /^(?:stylesheet|preload|prefetch|modulepreload|preconnect|dns-prefetch|manifest|.*icon)$/i;
const MAX_ATTRIBUTE = 20_000;

export function trimPage(html: string): string {
  const document = load(html).root()[0];
  const written: string[] = ['<!doctype html>'];
  // What is still to be written: a node, or the end of one that was begun.
  const waiting: (Node | string)[] = [...(document?.children ?? [])].reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (typeof next === 'string') written.push(next);
    else if (next.type === 'text') writeText(next.data, written);
    else if ('attribs' in next) writeTag(next, written, waiting);
    else if (next.type === 'cdata') waiting.push(...[...next.children].reverse());
  }
  return written.join('');
}

/** One blank or one line's end between words, however many stood there, also where what stood between them goes. */
function writeText(text: string, written: string[]): void {
  const narrow = text.replace(/\s{2,}/g, (space) => (space.includes('\n') ? '\n' : ' '));
  const isBlankBefore = /\s$/.test(written.at(-1)?.slice(-1) ?? '');
  const kept = isBlankBefore ? narrow.trimStart() : narrow;
  if (kept) written.push(escapeText(withoutSecrets(kept)));
}

function writeTag(tag: Tag, written: string[], waiting: (Node | string)[]): void {
  const name = tag.name.toLowerCase();
  if (DROPPED.has(name) || isLoadingLink(name, tag.attribs)) return;
  if (name === 'script') {
    const text = tag.children.map((child) => ('data' in child ? child.data : '')).join('');
    if (isKeptScript(tag.attribs, text))
      written.push(`<script${attributesOf(name, tag.attribs)}>`, withoutSecrets(text), '</script>');
    return;
  }
  const isSound = /^[a-z][\w:.-]*$/.test(name);
  if (isSound) written.push(`<${name}${attributesOf(name, tag.attribs)}>`);
  if (VOID.has(name)) return;
  if (isSound) waiting.push(`</${name}>`);
  for (let at = tag.children.length - 1; at >= 0; at--) waiting.push(tag.children[at] as Node);
}

const isLoadingLink = (name: string, { rel = '', itemprop, property }: Tag['attribs']) =>
  name === 'link' &&
  itemprop === undefined &&
  property === undefined &&
  rel.split(/\s+/).some((each) => LOADING.test(each));

function attributesOf(tag: string, attributes: Tag['attribs']): string {
  let text = '';
  for (const [name, value] of Object.entries(attributes)) {
    const kept =
      /^[a-z_][\w:.-]*$/i.test(name) && !isIdle(name) && !isSecret(tag, name, attributes)
        ? keptValue(value)
        : undefined;
    if (kept !== undefined) text += kept === '' ? ` ${name}` : ` ${name}="${escapeAttribute(kept)}"`;
  }
  return text;
}

/** What runs or decorates. */
const isIdle = (name: string) =>
  /^(?:on|style$|srcset$|sizes$|nonce$|integrity$|crossorigin$|srcdoc$|ping$)/i.test(name);

/** What a form or a meta element carries for a session or a person. */
const isSecret = (tag: string, name: string, { type = 'text', name: its = '', id = '' }: Tag['attribs']) => {
  if (tag === 'meta') return name === 'content' && SECRET_NAME.test(its);
  return tag === 'input' && name === 'value' && (type !== 'hidden' || SECRET_NAME.test(`${its} ${id}`));
};
const SECRET_NAME = /token|csrf|xsrf|nonce|session|secret|auth(?!or)|e-?mail|phone|customer|password/i;

/** A value that is cut would read as another: it is kept whole or not at all. */
function keptValue(value: string): string | undefined {
  if (value.length > MAX_ATTRIBUTE || /^\s*data:[^,]{0,100};base64,/i.test(value)) return undefined;
  return /^\s*javascript:/i.test(value) ? undefined : withoutSecrets(value);
}

const escapeText = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const escapeAttribute = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
