/**
 * A page's bytes as text, as a browser decodes them (https://html.spec.whatwg.org/#determining-the-character-encoding): a byte order
 * mark, then the Content-Type, then what the page says in its first lines; a page that says nothing is UTF-8 when it can be.
 */

/** Where a page may name its encoding; browsers look at 1,024 bytes, some pages have longer comments before it. */
const PRESCAN_BYTES = 4_096;

export function decodePage(bytes: Uint8Array, contentType: string | null): string {
  const label = markOf(bytes) ?? charsetOf(contentType) ?? declaredIn(bytes);
  const decoder = label ? decoderOf(label) : undefined;
  if (decoder) return decoder.decode(bytes);
  return decodeUtf8(bytes) ?? new TextDecoder('windows-1252').decode(bytes);
}

function markOf(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  return undefined;
}

function charsetOf(contentType: string | null): string | undefined {
  const found = /;\s*charset\s*=\s*(?:"([^"]{1,40})"|'([^']{1,40})'|([^\s;"']{1,40}))/i.exec(contentType ?? '');
  return found?.[1] ?? found?.[2] ?? found?.[3];
}

/** By `<meta charset>`, `<meta http-equiv content>` or an XML declaration. */
function declaredIn(bytes: Uint8Array): string | undefined {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, PRESCAN_BYTES)).replace(/<!--[\s\S]*?(?:-->|$)/g, '');
  const meta = /<meta\b[^>]{0,500}?charset\s*=\s*["']?\s*([\w:.-]{1,40})/i.exec(head)?.[1];
  const label = meta ?? /^\s*<\?xml\b[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{1,40})/i.exec(head)?.[1];
  // A page whose declaration can be read byte by byte is not in UTF-16, whatever it says.
  return label && /^utf-?16/i.test(label) ? 'utf-8' : label;
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(/^x-user-defined$/i.test(label) ? 'windows-1252' : label);
  } catch {
    return undefined;
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
