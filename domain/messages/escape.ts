/** What strangers wrote, made harmless: text between tags and in attributes, links, and lines of a text part. */
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes any text safe between tags and in quoted attributes. */
export function escapeHtml(text: string): string {
  // Most texts have nothing to escape, and a test costs a fifth of a replacement.
  return /[&<>"']/.test(text) ? text.replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character) : text;
}

/** A link may only lead to the web: anything else (`javascript:` …) is not shown. */
export function safeUrl(url: unknown): string | undefined {
  return typeof url === 'string' && /^https?:\/\/[^\s"'<>]+$/i.test(url) ? url : undefined;
}

/** Strangers' texts stay on one line, so that none can look like a part of the message's own. */
export function oneLine(text: unknown): string {
  return typeof text === 'string' ? text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim() : '';
}
