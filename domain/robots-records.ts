/** The lines of a robots.txt that say something: RFC 9309's grammar, read as leniently as Google's parser reads it. */
import type { ByteString } from './robots-pattern.ts';

/** "The parsing limit MUST be at least 500 kibibytes" (2.5). */
const LIMIT_BYTES = 500 * 1024;

/** Eight times the longest URL that Internet Explorer took: Google's limit, behind which the rest of a line is ignored. */
const LINE_BYTES = 2083 * 8 - 1;

type RobotsKey = 'user-agent' | 'allow' | 'disallow' | 'sitemap' | 'crawl-delay';

export interface RobotsRecord {
  readonly key: RobotsKey;
  readonly value: ByteString;
  readonly line: { readonly number: number; readonly bytes: ByteString };
}

/** How keys are found misspelt; each is taken by its beginning. Allowing is the one thing that is not guessed. */
const SPELLINGS: readonly (readonly [RobotsKey, RegExp])[] = [
  ['user-agent', /^user[- ]?agent/],
  ['allow', /^allow$/],
  ['disallow', /^(?:disallow|dissallow|dissalow|disalow|diasllow|disallaw)/],
  ['sitemap', /^site-?map/],
  ['crawl-delay', /^crawl-?delay$/],
];

export function readRecords(file: ByteString): RobotsRecord[] {
  const records: RobotsRecord[] = [];
  // A byte order mark, also a mutilated one.
  const lines = bounded(file)
    .replace(/^\xef(?:\xbb\xbf?)?/, '')
    .split(/\r\n|\r|\n/);
  lines.forEach((line, at) => {
    const record = readLine(line.slice(0, LINE_BYTES), at + 1);
    if (record) records.push(record);
  });
  return records;
}

/** The line that the limit cuts is left out: half a path would say something else. */
function bounded(file: ByteString): ByteString {
  if (file.length <= LIMIT_BYTES) return file;
  const within = file.slice(0, LIMIT_BYTES);
  return within.slice(0, Math.max(within.lastIndexOf('\n'), within.lastIndexOf('\r')) + 1);
}

function readLine(bytes: ByteString, number: number): RobotsRecord | undefined {
  const [key, value] = divided(trimmed(bytes.split('#', 1)[0]!));
  if (value === undefined) return undefined;
  const named = key.slice(0, 40).toLowerCase();
  const known = SPELLINGS.find(([, spelling]) => spelling.test(named))?.[0];
  return known && { key: known, value, line: { number, bytes: trimmed(bytes) } };
}

/** At the colon; without one, at the blank of a line of two words. */
function divided(line: ByteString): [string, string?] {
  const colon = line.indexOf(':');
  if (colon >= 0) return [trimmed(line.slice(0, colon)), trimmed(line.slice(colon + 1))];
  const words = line.split(/[ \t]+/, 3);
  return words.length === 2 ? [words[0]!, words[1]!] : [line];
}

/** Only ASCII's blanks: `trim` would take a byte of `à` for a no-break space. */
function trimmed(bytes: ByteString): ByteString {
  let start = 0;
  let end = bytes.length;
  while (start < end && isBlank(bytes.charCodeAt(start))) start++;
  while (end > start && isBlank(bytes.charCodeAt(end - 1))) end--;
  return bytes.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d);
}
