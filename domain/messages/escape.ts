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

/**
 * Strangers' texts stay on one line and in its direction, so that none can look like a part of the message's own, nor turn
 * around what stands behind it.
 */
export function oneLine(text: unknown): string {
  return typeof text === 'string'
    ? text
        .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
        .replace(TURNS, '')
        .trim()
    : '';
}

/** Embeddings, overrides and isolates of the bidirectional algorithm, of which an open one reaches to the end of its line. */
const TURNS = /[\u202a-\u202e\u2066-\u2069]/g;
