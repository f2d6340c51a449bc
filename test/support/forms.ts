/** Forms and files for uploads. */

/** Begins as a PNG does, which is all that the API looks at; `text` makes it one of its own. */
export const pngLike = (text: string, bytes = 200): Buffer =>
  Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.from(text)], bytes);

export const jpegLike = (text: string, bytes = 200): Buffer =>
  Buffer.concat([Buffer.from('ffd8ffe000104a4649460001', 'hex'), Buffer.from(text)], bytes);

type Part = [name: string, value: string] | [name: string, file: Uint8Array, filename: string];

export function formOf(...parts: Part[]): FormData {
  const form = new FormData();
  for (const [name, value, filename] of parts)
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new Blob([Uint8Array.from(value)]), filename);
  return form;
}

export const filesOf = (...files: [file: Uint8Array, filename: string][]): FormData =>
  formOf(...files.map(([file, filename]): Part => ['files', file, filename]));
