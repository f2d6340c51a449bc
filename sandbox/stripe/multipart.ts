import type { FormHash } from './form.ts';

/** Reads a multipart body whose bytes are characters one by one: fields as text, files as `{ filename, content }`. */
export function parseMultipart(body: string, contentType: string): FormHash {
  const form: FormHash = Object.create(null);
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (!boundary) return form;
  for (const part of body.split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(0, end);
    const content = part.slice(end + 4, -2);
    const name = /\bname="([^"]*)"/.exec(head)?.[1];
    const filename = /\bfilename="([^"]*)"/.exec(head)?.[1];
    if (name === undefined) continue;
    form[name] = filename === undefined ? Buffer.from(content, 'latin1').toString() : { filename, content };
  }
  return form;
}
