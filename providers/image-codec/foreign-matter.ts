/** Signs of a second file inside a picture's, in the parts that no decoder looks at. Variants never carry these parts on. */

/** Long enough that compressed pixels of a second picture (phones append one) do not match by chance. */
const WORDS =
  /<(?:script|html|iframe|object|embed|svg)[\s>/]|<!doctype|<\?php|<%@|%PDF-\d|This program cannot be run in DOS mode/i;
const hex = (text: string) => Buffer.from(text, 'hex');
/** RAR, 7-Zip, ELF (32 and 64 bit), Java class. */
const SIGNATURES = ['526172211a07', '377abcaf271c', '7f454c4601', '7f454c4602', 'cafebabe000000'].map(hex);
/** A whole ZIP archive, in this order: a file's header, the directory, its end. */
const ARCHIVE = ['504b0304', '504b0102', '504b0506'].map(hex);

export function holdsForeignMatter(parts: readonly Buffer[]): boolean {
  return parts.some(
    (part) =>
      SIGNATURES.some((sign) => part.includes(sign)) || holdsArchive(part) || WORDS.test(part.toString('latin1')),
  );
}

function holdsArchive(part: Buffer): boolean {
  let at = 0;
  for (const sign of ARCHIVE) {
    at = part.indexOf(sign, at);
    if (at === -1) return false;
  }
  return true;
}
