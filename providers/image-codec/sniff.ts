/** What a file is, by its first bytes alone: names and headers are what the sender says, not what was sent. */

export const SOURCE_FORMATS = ['jpeg', 'png', 'webp', 'avif', 'gif'] as const;
/** What can be decoded, where it is configured. */
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** Known by sight, so that a refusal can name what it is. */
const NAMES = {
  jpeg: 'a JPEG picture',
  png: 'a PNG picture',
  webp: 'a WebP picture',
  avif: 'an AVIF picture',
  gif: 'a GIF picture',
  heic: 'a HEIC picture',
  svg: 'an SVG drawing',
  tiff: 'a TIFF picture',
  bmp: 'a BMP picture',
  ico: 'an icon',
  jxl: 'a JPEG XL picture',
  jp2: 'a JPEG 2000 picture',
  psd: 'a Photoshop document',
  mp4: 'a film',
  pdf: 'a PDF document',
  html: 'a web page',
  zip: 'a ZIP archive',
  gzip: 'a compressed file',
} as const;
export type SniffedFormat = keyof typeof NAMES;

/** For sentences: "It is …". */
export const nameOfFormat = (format: SniffedFormat): string => NAMES[format];

/** How many bytes {@link sniff} wants to see; fewer do when the file is shorter. */
export const SNIFF_BYTES = 4096;

const SIGNATURES: readonly (readonly [SniffedFormat, string])[] = [
  ['jpeg', 'ffd8ff'],
  // Four bytes, not eight: a PNG that a transfer as text has damaged is still meant as one, and named as damaged.
  ['png', '89504e47'],
  ['gif', '474946383761'],
  ['gif', '474946383961'],
  ['tiff', '49492a00'],
  ['tiff', '4d4d002a'],
  ['tiff', '49492b00'],
  ['tiff', '4d4d002b'],
  ['psd', '38425053'],
  ['jxl', 'ff0a'],
  ['jxl', '0000000c4a584c20'],
  ['jp2', '0000000c6a502020'],
  ['jp2', 'ff4fff51'],
  ['ico', '00000100'],
  ['pdf', '255044462d'],
  ['zip', '504b0304'],
  ['gzip', '1f8b'],
  ['bmp', '424d'],
];

const AVIF_BRANDS = ['avif', 'avis'];
const HEIC_BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

/** Undefined: nothing that is known here. */
export function sniff(head: Uint8Array): SniffedFormat | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.byteLength, SNIFF_BYTES));
  if (bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP') return 'webp';
  if (bytes.toString('latin1', 4, 8) === 'ftyp') return sniffBrands(bytes);
  const start = bytes.toString('hex', 0, 12);
  return SIGNATURES.find(([, signature]) => start.startsWith(signature))?.[0] ?? sniffText(bytes);
}

/** ISO base media: the major brand first, then the compatible ones. */
function sniffBrands(bytes: Buffer): SniffedFormat {
  const end = Math.min(bytes.length, Math.max(16, bytes.readUInt32BE(0)));
  const brands = [bytes.toString('latin1', 8, 12)];
  for (let at = 16; at + 4 <= end; at += 4) brands.push(bytes.toString('latin1', at, at + 4));
  if (brands.some((brand) => AVIF_BRANDS.includes(brand))) return 'avif';
  return brands.some((brand) => HEIC_BRANDS.includes(brand)) ? 'heic' : 'mp4';
}

/** Text of any Unicode form whose first element, behind declarations and comments, is a drawing or a page. */
function sniffText(bytes: Buffer): SniffedFormat | undefined {
  const text = bytes.toString('latin1').replaceAll('\0', '');
  if (!/^[\s\xef\xbb\xbf\xff\xfe]*</.test(text)) return undefined;
  if (/<(\w+:)?svg[\s/>]/i.test(text)) return 'svg';
  return /<(!doctype html|html|head|body|script|\?php)/i.test(text) ? 'html' : undefined;
}
