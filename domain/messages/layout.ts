/**
 * The one layout of all messages: blocks in, an HTML part and a text part out, so that the two never tell different
 * things. Styles are inline because mail programs drop style sheets; every text is escaped here and nowhere else.
 */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  | { readonly kind: 'rows'; readonly rows: readonly Row[] }
  | { readonly kind: 'facts'; readonly title: string; readonly lines: readonly string[] };

export interface Row {
  readonly label: string;
  readonly note?: string;
  readonly value: string;
  readonly strong?: boolean;
}

export interface Layout {
  readonly shopName: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
  readonly footer: string;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes any text safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character);
}

/** A link may only lead to the web: anything else (`javascript:` …) is not shown. */
export function safeUrl(url: string | null | undefined): string | undefined {
  return url && /^https?:\/\/[^\s"'<>]+$/i.test(url) ? url : undefined;
}

const INK = '#1c1f23';
const FAINT = '#6b7280';
const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";

export function renderHtml(layout: Layout): string {
  const heading = escapeHtml(layout.heading);
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${heading}</title></head>
<body style="margin:0;padding:0;background:#f3f4f6;color:${INK};font-family:${FONT};font-size:16px;line-height:1.5">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:12px;border:1px solid #e5e7eb">
<tr><td style="padding:24px 28px 0;font-size:14px;font-weight:600;letter-spacing:.02em;color:${FAINT}">${escapeHtml(layout.shopName)}</td></tr>
<tr><td style="padding:4px 28px 28px"><h1 style="margin:0 0 16px;font-size:24px;line-height:1.25">${heading}</h1>
${layout.blocks.map(blockHtml).join('\n')}</td></tr></table>
<p style="max-width:560px;margin:16px auto 0;font-size:12px;color:${FAINT}">${escapeHtml(layout.footer)}</p>
</td></tr></table></body></html>`;
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p style="margin:0 0 16px">${escapeHtml(block.text)}</p>`;
    case 'button':
      return `<p style="margin:24px 0"><a href="${escapeHtml(block.url)}" style="display:inline-block;padding:12px 22px;border-radius:8px;background:${INK};color:#ffffff;text-decoration:none;font-weight:600">${escapeHtml(block.label)}</a></p>`;
    case 'rows':
      return `<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="margin:0 0 20px;border-collapse:collapse">${block.rows.map(rowHtml).join('')}</table>`;
    case 'facts':
      return `<p style="margin:0 0 16px"><strong>${escapeHtml(block.title)}</strong><br>${block.lines.map(escapeHtml).join('<br>')}</p>`;
  }
}

function rowHtml({ label, note, value, strong }: Row): string {
  const weight = strong ? 'font-weight:700;' : '';
  const cell = `${weight}padding:10px 0;border-top:1px solid #e5e7eb;vertical-align:top`;
  const small = note ? `<br><span style="font-size:13px;color:${FAINT}">${escapeHtml(note)}</span>` : '';
  return `<tr><td style="${cell}">${escapeHtml(label)}${small}</td><td align="right" style="${cell};padding-left:12px;white-space:nowrap">${escapeHtml(value)}</td></tr>`;
}

export function renderText(layout: Layout): string {
  const parts = [layout.shopName, layout.heading, ...layout.blocks.map(blockText), `--\n${layout.footer}`];
  return `${parts.join('\n\n')}\n`;
}

function blockText(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return block.text;
    case 'button':
      return `${block.label}: ${block.url}`;
    case 'rows':
      return block.rows.map(({ label, note, value }) => `${label}${note ? ` (${note})` : ''}: ${value}`).join('\n');
    case 'facts':
      return [block.title, ...block.lines].join('\n');
  }
}
