/** How a path of a URL is compared with the path of a rule in robots.txt (RFC 9309, 2.2.2 and 2.2.3). */

/** Bytes as a string, one character each, so that lengths are octets and a cut within a character does no harm. */
export type ByteString = string;

export function bytesOf(text: string | Uint8Array): ByteString {
  return (typeof text === 'string' ? Buffer.from(text, 'utf8') : Buffer.from(text)).toString('latin1');
}

export function textOf(bytes: ByteString): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

/** A compiled pattern: what stands between its asterisks, and whether the path must end where it ends. */
export interface PathPattern {
  /** How specific it is: the octets it is written with. */
  readonly octets: number;
  readonly pieces: readonly string[];
  readonly toTheEnd: boolean;
}

export function compilePattern(written: string): PathPattern {
  const toTheEnd = written.endsWith('$');
  const pieces = (toTheEnd ? written.slice(0, -1) : written).split('*');
  // Asterisks in a row say what one says.
  const told = pieces.filter((piece, at) => piece !== '' || at === 0 || at === pieces.length - 1);
  return { octets: written.length, pieces: told, toTheEnd };
}

/** Each piece is taken where it is first found, which is enough, and linear: no piece is ever looked for twice. */
export function matchesPath({ pieces, toTheEnd }: PathPattern, path: string): boolean {
  const first = pieces[0]!;
  if (!path.startsWith(first)) return false;
  const last = pieces.length - 1;
  if (last === 0) return !toTheEnd || path.length === first.length;
  let at = first.length;
  for (let piece = 1; piece < (toTheEnd ? last : last + 1); piece++) {
    at = endOfPiece(path, pieces[piece]!, at);
    if (at < 0) return false;
  }
  return !toTheEnd || (path.length - pieces[last]!.length >= at && path.endsWith(pieces[last]!));
}

/** Below this product of lengths `indexOf` is the faster one; above, it is quadratic on what is made for it. */
const SMALL = 65_536;

/** Where the first occurrence of the piece ends, or -1 (Knuth–Morris–Pratt where it is large). */
function endOfPiece(path: string, piece: string, from: number): number {
  if (piece.length * (path.length - from) < SMALL) {
    const found = path.indexOf(piece, from);
    return found < 0 ? -1 : found + piece.length;
  }
  const borders = bordersOf(piece);
  let matched = 0;
  for (let at = from; at < path.length; at++) {
    const code = path.charCodeAt(at);
    while (matched > 0 && code !== piece.charCodeAt(matched)) matched = borders[matched - 1]!;
    if (code === piece.charCodeAt(matched)) matched++;
    if (matched === piece.length) return at + 1;
  }
  return -1;
}

/** For each beginning of the piece, the length of the longest shorter beginning that it ends with. */
function bordersOf(piece: string): Uint32Array {
  const borders = new Uint32Array(piece.length);
  for (let at = 1, border = 0; at < piece.length; at++) {
    const code = piece.charCodeAt(at);
    while (border > 0 && code !== piece.charCodeAt(border)) border = borders[border - 1]!;
    if (code === piece.charCodeAt(border)) border++;
    borders[at] = border;
  }
  return borders;
}

/** As Google's parser has it: what is not ASCII is percent-encoded, escapes are in capitals, and nothing is decoded. */
export function escapePattern(written: ByteString): string {
  return written.replaceAll(/%[\da-f]{2}|[\x80-\xff]/gi, (found) =>
    (found[0] === '%' ? found : encoded(found)).toUpperCase(),
  );
}

/**
 * As the RFC has it: escapes of unreserved characters are decoded, all that may not stand in a URI is encoded. The characters in
 * `kept` have a meaning where this is used; elsewhere they are encoded, so that `%2A` in a rule means an asterisk in the path.
 */
function normalised(written: ByteString, kept: string): string {
  return written.replaceAll(/%([\da-f]{2})|[^\w.~/:?#[\]@!&'()+,;=-]/gi, (found, hex?: string) => {
    if (hex === undefined) return kept.includes(found) ? found : encoded(found);
    const character = String.fromCharCode(Number.parseInt(hex, 16));
    return /[\w.~-]/.test(character) ? character : found.toUpperCase();
  });
}

export function normalisePattern(written: ByteString): string {
  const body = written.endsWith('$') ? written.slice(0, -1) : written;
  return normalised(body, '*') + written.slice(body.length);
}

export function normalisePath(path: ByteString): string {
  return normalised(path, '');
}

function encoded(byte: string): string {
  return `%${byte.charCodeAt(0).toString(16).padStart(2, '0').toUpperCase()}`;
}

/** Path and query of a URL as it is written, also where it is none (`foo.bar/x`); never empty. */
export function writtenPath(url: string): string {
  const unfragmented = url.split('#', 1)[0]!;
  const path = unfragmented.replace(/^(?:[^/?;]*:\/\/|\/\/)?[^/?;]*/, '');
  return path.startsWith('/') ? path : `/${path}`;
}

/** Path and query as they would be sent: dots resolved, what needs it encoded. */
export function sentPath(url: string): string {
  if (!/^https?:/i.test(url) || !URL.canParse(url)) return writtenPath(url);
  const { pathname, search } = new URL(url);
  return pathname + search;
}
