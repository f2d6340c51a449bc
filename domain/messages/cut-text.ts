/** Texts that must fit: cut between characters as people see them (graphemes), never within a flag, a family or an accent. */

const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' });
const ELLIPSIS = '…';
/** No channel shows more; what a text of any length costs is bounded by it. */
const LOOKED_AT = 8_192;

/**
 * The text, or its longest beginning that fits together with an ellipsis; empty when not even that does.
 * @param fits must hold for every beginning of a text that it holds for
 */
export function cutText(text: string, fits: (text: string) => boolean): string {
  if (text.length <= LOOKED_AT && fits(text)) return text;
  const starts = [...segmenter.segment(text.slice(0, LOOKED_AT))].map(({ index }) => index);
  const cutAt = (count: number) => `${text.slice(0, starts[count]).trimEnd()}${ELLIPSIS}`;
  let [kept, tooMany] = [0, starts.length];
  if (!fits(cutAt(kept))) return '';
  while (tooMany - kept > 1) {
    const middle = (kept + tooMany) >> 1;
    if (fits(cutAt(middle))) kept = middle;
    else tooMany = middle;
  }
  return cutAt(kept);
}
