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
const PADDING = '&#847;&#8199;'.repeat(60);

export function renderHtml(mail: Mail, { language, shopName, footer, unsubscribe }: Frame): string {
  const blocks = mail.blocks.map(blockHtml).join('');
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
    case 'figure':
      return compiled.figure(block);
    case 'note':
      return compiled.note(block);
    case 'button':
      return safeUrl(block.url) ? compiled.button(block) : '';
    case 'rows':
      return compiled.rows({ rows: block.rows.map(rowHtml).join('') + sumsHtml(block.sums ?? []) });
    case 'columns':
      return compiled.columns({ columns: block.columns.map(columnHtml).join('') });
  }
}

function rowHtml({ label, note, value, url }: Row): string {
  return compiled.row({
    label: url && safeUrl(url) ? compiled.rowLink({ url, text: label }) : escapeHtml(label),
    note: note ? compiled.rowNote({ text: note }) : '',
    value,
  });
}

function sumsHtml(sums: readonly Sum[]): string {
  if (sums.length === 0) return '';
  const lines = sums.map((sum) => (sum.strong ? compiled.total(sum) : compiled.sum(sum)));
  return compiled.sumSpace() + lines.join('');
}

function columnHtml({ title, lines }: Column, _: number, { length }: readonly Column[]): string {
  return compiled.column({ width: length > 1 ? '50%' : '100%', title, lines: lines.map(escapeHtml).join('<br>') });
}
