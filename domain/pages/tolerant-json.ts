/** JSON as it is met in pages: with comments, trailing commas, raw line breaks, single quotes and names without any. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** Deeper data is not about an offer, and is left out. */
const DEEPEST = 200;

/** Undefined when it is none, or ends before it is whole. */
export function parseTolerantly(text: string): Json | undefined {
  const bare = unwrapped(text);
  try {
    return JSON.parse(bare);
  } catch {
    return allOf(bare);
  }
}

/** One value, or several that stand one behind the other. */
function allOf(text: string): Json | undefined {
  const values: Json[] = [];
  for (let at = 0; at < text.length; ) {
    const { value, end } = parseAt(text, at);
    if (value === undefined) break;
    values.push(value);
    at = end + /^[\s,;]{0,100}/.exec(text.slice(end, end + 100))![0].length;
  }
  return values.length > 1 ? values : values[0];
}

/** The value that begins there, with what follows it left alone. */
export function parseAt(text: string, at: number): { value: Json | undefined; end: number } {
  const reader = new Reader(text, at);
  const value = reader.read();
  return { value, end: reader.end };
}

/** Without the wrappings that once hid scripts from browsers. */
function unwrapped(text: string): string {
  let bare = text.trim();
  if (bare.startsWith('\ufeff')) bare = bare.slice(1).trim();
  for (const [start, end] of [
    [/^(?:\/\/|\/\*)?\s{0,9}<!\[CDATA\[\s{0,9}(?:\*\/)?/, /(?:\/\/|\/\*)?\s{0,9}\]\]>\s{0,9}(?:\*\/)?$/],
    [/^<!--/, /(?:\/\/)?\s{0,9}-->$/],
  ] as const) {
    bare = bare.replace(start, '');
    bare = bare.slice(0, -40) + bare.slice(-40).replace(end, '');
    bare = bare.trim();
  }
  bare = bare.endsWith(';') ? bare.slice(0, -1).trimEnd() : bare;
  return /^[[{]\s{0,99}&quot;/.test(bare) ? bare.replaceAll('&quot;', '"') : bare;
}

const NOTHING = Symbol('nothing');
const BLANK = /[\s\p{Cc}\ufeff]*/uy;
const WORD = /[\w$@:./+-]+/y;
const PLAIN = /[^"'\\\p{Cc}]+/uy;
const END = /\s{0,50}(?:[,}\]:)]|\/[/*]|$)/y;
const ESCAPES: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string, at = 0) {
    this.#text = text;
    this.#at = at;
  }

  get end(): number {
    return this.#at;
  }

  read(): Json | undefined {
    const value = this.#value(0);
    return value === NOTHING ? undefined : value;
  }

  #value(depth: number): Json | typeof NOTHING {
    this.#skip();
    const sign = this.#text[this.#at];
    if (depth > DEEPEST || sign === undefined) return NOTHING;
    if (sign === '{') return this.#object(depth);
    if (sign === '[') return this.#array(depth);
    if (sign === '"' || sign === "'") return this.#string(sign) ?? NOTHING;
    return this.#word();
  }

  #object(depth: number): Json | typeof NOTHING {
    const members: Record<string, Json> = {};
    this.#at++;
    for (;;) {
      this.#skipCommas();
      if (this.#take('}')) return members;
      const quote = this.#text[this.#at];
      const name = quote === '"' || quote === "'" ? this.#string(quote) : this.#match(/[\w$@-]+/y);
      this.#skip();
      if (name === undefined || !this.#take(':')) return NOTHING;
      const value = this.#value(depth + 1);
      if (value === NOTHING) return NOTHING;
      Object.defineProperty(members, name, { value, enumerable: true, configurable: true, writable: true });
    }
  }

  #array(depth: number): Json | typeof NOTHING {
    const items: Json[] = [];
    this.#at++;
    for (;;) {
      this.#skipCommas();
      if (this.#take(']')) return items;
      const item = this.#value(depth + 1);
      if (item === NOTHING) return NOTHING;
      items.push(item);
    }
  }

  #string(quote: string): string | undefined {
    const parts: string[] = [];
    this.#at++;
    for (;;) {
      parts.push(this.#match(PLAIN) ?? '');
      const sign = this.#text[this.#at++];
      if (sign === undefined) return undefined;
      if (sign === quote && this.#isEnd()) return parts.join('');
      parts.push(sign === '\\' ? this.#escape() : sign < ' ' ? ' ' : sign);
    }
  }

  /** A quote that was not escaped (`"a 5" screen"`) is followed by more words. */
  #isEnd(): boolean {
    END.lastIndex = this.#at;
    return END.test(this.#text);
  }

  #escape(): string {
    const sign = this.#text[this.#at++] ?? '';
    if (sign !== 'u') return ESCAPES[sign] ?? sign;
    const hex = this.#match(/[0-9a-f]{4}/iy);
    return hex === undefined ? '' : String.fromCharCode(Number.parseInt(hex, 16));
  }

  #word(): Json | typeof NOTHING {
    const word = this.#match(WORD);
    if (word === undefined) return NOTHING;
    if (word === 'true' || word === 'false') return word === 'true';
    if (word === 'null' || word === 'undefined' || word === 'NaN') return null;
    return /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(word) ? Number(word) : NOTHING;
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #skipCommas(): void {
    do this.#skip();
    while (this.#take(','));
  }

  #skip(): void {
    for (;;) {
      this.#match(BLANK);
      if (this.#text.startsWith('//', this.#at)) this.#skipTo('\n');
      else if (this.#text.startsWith('/*', this.#at)) this.#skipTo('*/');
      else return;
    }
  }

  #skipTo(end: string): void {
    const at = this.#text.indexOf(end, this.#at + 2);
    this.#at = at === -1 ? this.#text.length : at + end.length;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined || found === '') return undefined;
    this.#at += found.length;
    return found;
  }
}
