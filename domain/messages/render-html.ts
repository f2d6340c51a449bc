/** A mail's HTML: blocks put into what was compiled of the MJML. */
import type { Block, Column, Frame, Mail, Row, Sum, Tone } from './blocks.ts';
import * as compiled from './compiled.ts';
import { escapeHtml, safeUrl } from './escape.ts';

/** On white, each with a contrast of 4.5 or more; the dark scheme's are in the MJML. */
const COLORS: Readonly<Record<Tone, string>> = {
  good: '#14694a',
  attention: '#8a5a00',
  bad: '#b42318',
  plain: '#5f6673',
};

/** Behind the preheader, so that a mailbox does not fill up its line with the mail's first words. */
const PADDING = '&#847;&#8199;'.repeat(40);

/** By adding up: Array.join copies what it joins, at every level anew. */
function join<Item>(items: readonly Item[], write: (item: Item) => string): string {
  let all = '';
  for (const item of items) all += write(item);
  return all;
}

export function renderHtml(mail: Mail, { language, shopName, footer, unsubscribe }: Frame): string {
  const blocks = join(mail.blocks, blockHtml);
  return compiled.page({
    language,
    title: mail.subject,
    preheader: mail.preheader,
    padding: PADDING,
    shopName,
    blocks:
      compiled.eyebrow({ tone: mail.tone, color: COLORS[mail.tone], text: mail.eyebrow }) +
      compiled.heading({ text: mail.heading }) +
      blocks,
    footer,
    unsubscribe: unsubscribe ? compiled.unsubscribe(unsubscribe) : '',
  });
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return compiled.paragraph(block);
    case 'title':
      return compiled.title(block);
    case 'figures':
      return compiled.figures({ figures: join(block.figures, compiled.figure) });
    case 'note':
      return compiled.note(block);
    case 'button':
      return safeUrl(block.url) ? compiled.button(block) : '';
    case 'links':
      return compiled.links({ links: join(block.links, (each) => (safeUrl(each.url) ? compiled.link(each) : '')) });
    case 'picture':
      if (!safeUrl(block.url)) return '';
      return block.small ? compiled.thumbnail(block) : compiled.picture(block);
    case 'rows':
      return compiled.rows({ rows: join(block.rows, rowHtml) + sumsHtml(block.sums ?? []) });
    case 'columns':
      return compiled.columns({ columns: block.columns.map(columnHtml).join('') });
  }
}

/**
 * Escaped, with places to break in words that are wider than their column. A rule of the style sheet would let columns break
 * every word before they share their width.
 */
function breakable(text: string): string {
  if (!/[^\s-]{23}/.test(text)) return escapeHtml(text);
  return text
    .split(/([^\s-]{8})(?=[^\s-])/u)
    .filter((piece) => piece !== '')
    .map(escapeHtml)
    .join('<wbr>');
}

function rowHtml({ label, note, value, url }: Row): string {
  return compiled.row({
    label: url && safeUrl(url) ? compiled.rowLink({ url, text: breakable(label) }) : breakable(label),
    note: note ? compiled.rowNote({ text: breakable(note) }) : '',
    value: breakable(value),
    // Amounts stay whole; a date and a time may share two lines on a phone.
    wrap: value.length <= 16 ? 'nowrap' : 'normal',
  });
}

function sumsHtml(sums: readonly Sum[]): string {
  if (sums.length === 0) return '';
  return compiled.sumSpace() + join(sums, (sum) => (sum.strong ? compiled.total(sum) : compiled.sum(sum)));
}

function columnHtml({ title, lines }: Column, _: number, { length }: readonly Column[]): string {
  return compiled.column({ width: length > 1 ? '50%' : '100%', title, lines: lines.map(breakable).join('<br>') });
}
