/** Small checks that collect errors in SendGrid's form: a message and the dotted path of the field. */
import type { SendgridError } from './mail-request.ts';

export type Fields = Record<string, unknown>;

export class Checks {
  readonly errors: SendgridError[] = [];

  add(field: string | null, message: string): void {
    this.errors.push({ message, field });
  }

  /** Whether the condition holds; adds the error when it does not. */
  need(holds: boolean, field: string, message: string): boolean {
    if (!holds) this.add(field, message);
    return holds;
  }

  /** An absent value is fine; another must be of the type. */
  optional(value: unknown, type: 'string' | 'integer' | 'boolean' | 'object' | 'array', field: string): boolean {
    if (value === undefined) return false;
    return this.need(isOf(value, type), field, `Invalid type. Expected: ${type}, given: ${typeName(value)}.`);
  }

  length(text: unknown, min: number, max: number, field: string): void {
    if (!this.optional(text, 'string', field)) return;
    const { length } = text as string;
    this.need(length >= min && length <= max, field, `The length must be from ${min} to ${max} characters.`);
  }

  address(value: unknown, field: string): void {
    if (!this.need(isOf(value, 'object'), field, 'An object with an email is required.')) return;
    const { email, name } = value as Fields;
    this.need(typeof email === 'string' && isEmail(email), `${field}.email`, 'Does not contain a valid address.');
    this.optional(name, 'string', `${field}.name`);
  }

  addresses(value: unknown, field: string, min = 0): Fields[] {
    if (value === undefined && min === 0) return [];
    if (!this.need(Array.isArray(value), field, 'The array is required.')) return [];
    const list = value as unknown[];
    this.need(list.length >= min && list.length <= 1_000, field, `There must be from ${min} to 1000 recipients.`);
    for (const [index, each] of list.entries()) this.address(each, `${field}.${index}`);
    return list.filter((each): each is Fields => isOf(each, 'object'));
  }
}

export function isOf(value: unknown, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeName(value) === type;
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  return value === null ? 'null' : typeof value;
}

/** Good enough for what a mail system would take: one @, no spaces, a dotted domain. */
function isEmail(text: string): boolean {
  return text.length <= 320 && /^[^\s@<>,;:"()[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(text);
}
