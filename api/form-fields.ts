/** What a form says of its files: `alt`, `position` and `primary` stand before the file that they belong to. */
import { imageAlt, imagePosition } from './image-schemas.ts';
import { type FieldError, invalid } from './problem.ts';

export interface FileFields {
  alt?: string;
  position?: number;
  primary?: boolean;
}

const FILE_PARTS = ['file', 'files'];

/** Collects the fields of a form as it is read; each method throws 400 for what a form may not say. */
export function createFormFields() {
  let pending: FileFields = {};
  let anySaid = false;

  return {
    take(name: string | undefined, value: string, isTruncated: boolean): void {
      if (name !== 'alt' && name !== 'position' && name !== 'primary')
        throw refused(String(name), 'is no field of this form');
      if (name in pending) throw refused(name, 'is there twice before one file');
      if (isTruncated) throw refused(name, 'is too long');
      pending = { ...pending, [name]: READ[name](value) };
    },
    /** What was said before a file belongs to it. */
    endFor(part: string | undefined, filename: string | undefined): FileFields & { name: string } {
      if (!FILE_PARTS.includes(part ?? ''))
        throw refused(String(part), 'is no part of this form: name each file files');
      const said = { ...pending, name: nameOf(filename) };
      anySaid ||= Object.keys(pending).length > 0;
      pending = {};
      return said;
    },
    /** A single file may be followed by its fields. */
    finish<F extends FileFields>(files: F[]): F[] {
      if (Object.keys(pending).length === 0) return files;
      if (files.length === 1 && !anySaid) return [{ ...files[0]!, ...pending }];
      throw refused(Object.keys(pending)[0]!, 'stands behind the last file: say it before the file that it belongs to');
    },
  };
}

const READ = {
  alt: (value: string) => parsed('alt', imageAlt, value),
  position: (value: string) => parsed('position', imagePosition, /^\d{1,9}$/.test(value) ? Number(value) : value),
  primary(value: string) {
    if (value !== 'true' && value !== 'false') throw refused('primary', 'takes true or false');
    return value === 'true';
  },
};

function parsed<T>(name: string, schema: { safeParse(value: unknown): Parsed<T> }, value: unknown): T {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data as T;
  throw refused(name, error?.issues[0]?.message ?? 'is not valid');
}

interface Parsed<T> {
  success: boolean;
  data?: T;
  error?: { issues: { message: string }[] } | undefined;
}

/** A name is only ever shown again; it names no place, and nothing is stored under it. */
function nameOf(filename = ''): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
  if (/[/\\\u0000-\u001f\u007f]/.test(filename))
    throw refused('filename', 'may hold no path and no control characters');
  if (Buffer.byteLength(filename) > 255) throw refused('filename', 'takes at most 255 bytes');
  return filename;
}

function refused(pointer: string, message: string) {
  const name = pointer.slice(0, 100);
  const error: FieldError = { pointer: name, code: 'form_invalid', message: `${name}: ${message}` };
  return invalid([error]);
}
