/** Pictures of messages side by side, each under its subject, as one page. */
import { escapeHtml } from '../../../domain/messages/escape.ts';

export interface Shot {
  template: string;
  subject: string;
  preheader: string;
  png: Uint8Array;
}

export function contactSheet(name: string, shots: readonly Shot[]): string {
  const figures = shots.map(
    ({
      template,
      subject,
      preheader,
      png,
    }) => `<figure><figcaption><b>${escapeHtml(template)}</b><br>${escapeHtml(subject)}
<span>${escapeHtml(preheader)}</span></figcaption><img alt="" src="data:image/png;base64,${Buffer.from(png).toString('base64')}"></figure>`,
  );
  return `<!doctype html><meta charset="utf-8"><title>${escapeHtml(name)}</title><style>
body{margin:24px;background:#d9dce1;font:15px/1.4 system-ui,sans-serif;color:#1a1d21;columns:${name.startsWith('phone') ? 6 : 3};column-gap:20px}
figure{margin:0 0 28px;break-inside:avoid}figcaption{margin-bottom:8px}figcaption span{color:#5f6673;display:block}
img{width:100%;border-radius:10px;display:block}</style>${figures.join('')}`;
}
