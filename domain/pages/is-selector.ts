/** Whether a text is a selector: css, or css@attribute. */
import { load } from 'cheerio';

const empty = load('');

export function isSelector(text: string): boolean {
  const [, css = ''] = /^([^@]*)(?:@[\w:-]+)?$/.exec(text) ?? [];
  // What begins like a tag would be taken as HTML.
  if (css.trim() === '' || css.trimStart().startsWith('<')) return false;
  try {
    empty(css);
    return true;
  } catch {
    return false;
  }
}
