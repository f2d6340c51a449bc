/** In how many parts a network carries a text: 160 (or 153 each) septets of GSM 03.38, else 70 (or 67 each) units of UCS-2. */
const ONE = /[@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà]/;
const TWO = /[\f^{}\\[~\]|€]/;

export function countSegments(body: string): number {
  const characters = [...body];
  const inGsm = characters.every((each) => ONE.test(each) || TWO.test(each));
  const units = inGsm ? characters.reduce((sum, each) => sum + (TWO.test(each) ? 2 : 1), 0) : body.length;
  const [whole, part] = inGsm ? [160, 153] : [70, 67];
  return units <= whole ? 1 : Math.ceil(units / part);
}
