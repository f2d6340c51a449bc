/** Titles of goods as they are compared: one spelling for letters, numbers and units, whatever the language. */

/** Beyond this a title is a description; what is compared stays bounded. */
const LONGEST = 500;

/** Letters that Unicode does not take apart. */
const FOLDED: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ı: 'i',
};

/** Lower case, without diacritics, in compatible forms: `Größe Ⅱ ½` → `grosse ii 1⁄2`. */
export function fold(text: string): string {
  return text
    .slice(0, LONGEST)
    .normalize('NFKD')
    .replaceAll(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll(/[ßæœøłđðþı]/g, (letter) => FOLDED[letter]!);
}

/** Letters and digits alone: `WH-1000 XM4` → `wh1000xm4`. */
export const bare = (text: string): string => fold(text).replaceAll(/[^\p{L}\p{N}]+/gu, '');

const IDEOGRAPHS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{2,}/gu;

/** Words and numbers in their order. A maker's number stays one, with what joins it taken out; ideographs go by pairs. */
export function tokensOf(title: string): string[] {
  const spaced = fold(title)
    .replaceAll(/(?<=\d),(?=\d)/g, '.')
    .replaceAll(IDEOGRAPHS, (run) => ` ${pairsOf(run).join(' ')} `);
  const words = spaced.match(/[\p{L}\p{N}](?:[\p{L}\p{N}]|[-./+'’](?=[\p{L}\p{N}]))*\+?/gu) ?? [];
  return words.flatMap(partsOf);
}

function pairsOf(run: string): string[] {
  const letters = [...run];
  return letters.slice(0, -1).map((letter, at) => letter + letters[at + 1]!);
}

/** `f8n044-slv` is one number; `cyber-shot` and `red/blue` are two words, `10.1` is a number. */
function partsOf(word: string): string[] {
  if (/^\d+(?:\.\d+)?$/.test(word)) return [word];
  const isNumbered = /\d/.test(word) && /\p{L}/u.test(word) && !word.includes('/');
  if (isNumbered) return [word.replaceAll(/[^\p{L}\p{N}]/gu, '')];
  return word.split(/[-./+'’]+/).filter((part) => part !== '');
}

/** Letters and digits together that are no measure (`16gb`, `3button`), no ratio (`3in1`) and no standard; or many digits. */
export function isModelNumber(token: string): boolean {
  if (token.length < 4 || !/\d/.test(token)) return false;
  if (/^\d+$/.test(token)) return token.length >= 5;
  return /^[\p{L}\p{N}]+$/u.test(token) && !NO_MODEL.test(token);
}

const NO_MODEL =
  /^(?:\d+\p{L}{3,}|\d+(?:in|x)\d+\p{L}*|\d+(?:st|nd|rd|th|p|hz|gb|tb|mb|mp|ml|cl|kg|mm|cm|ft|oz|lb|pk|er)|cat\d\p{L}?|usb\d+|mp[34]|ddr\d\p{L}?|rj\d+|wifi\d|hdmi\d+|lto\d|sata\d+|h26\d|ipx?\d+|802\d+\p{L}*|hd\d+p?)$/u;

/** Words that say nothing of what is sold, in the languages of the shops that are watched. */
export const FILLERS: ReadonlySet<string> = new Set(
  `the a an and or of for with in on to by from at as is your new original genuine official brand sale free shipping buy
   der die das und oder mit fur von aus im am zum zur ein eine neu original kaufen online
   le la les l de du des et ou avec pour en un une au aux neuf nouveau nouvelle
   el los las del y o con para por una nuevo nueva il lo gli di da e per nuovo nuova
   het een en van met voor nieuw och med av till ny i z do na nowy nowa oryginalny`
    .split(/\s+/)
    .filter((word) => word !== ''),
);
