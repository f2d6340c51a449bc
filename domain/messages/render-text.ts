/** A mail's text part: every word of the HTML, in its order. */
import type { Block, Frame, Mail } from './blocks.ts';
import { safeUrl } from './escape.ts';

export function renderText(mail: Mail, { shopName, footer, unsubscribe }: Frame): string {
  const end = unsubscribe ? `${footer}\n${unsubscribe.label}: ${unsubscribe.url}` : footer;
  const head = mail.eyebrow ? `${mail.eyebrow}\n${mail.heading}` : mail.heading;
  const parts = [shopName, head, ...mail.blocks.map(blockText), `-- \n${end}`];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
    case 'title':
      return block.text;
    case 'figures':
      return block.figures.map(({ label, value }) => `${label}: ${value}`).join('\n');
    case 'note':
      return `${block.label}\n${block.text}`;
    case 'button':
      return safeUrl(block.url) ? `${block.label}: ${block.url}` : '';
    case 'links':
      return block.links.map(({ label, url }) => (safeUrl(url) ? `${label}: ${url}` : '')).join('\n');
    case 'picture':
      return '';
    case 'rows':
      return [...block.rows, ...(block.sums ?? [])].map(rowText).join('\n');
    case 'columns':
      return block.columns.map(({ title, lines }) => [title, ...lines].join('\n')).join('\n\n');
  }
}

function rowText(row: { label: string; value: string; note?: string | undefined; url?: string | undefined }): string {
  const note = row.note ? ` (${row.note})` : '';
  const value = row.value ? `: ${row.value}` : '';
  return `${row.label}${note}${value}${safeUrl(row.url) ? `\n  ${row.url}` : ''}`;
}
