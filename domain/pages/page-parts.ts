/** What a page says of itself: its addresses, titles and headings, and the elements that data is read from. */
import { type PageElement, type PageTree, textOf, tidy, walk } from './page-tree.ts';

export interface PageParts {
  readonly scripts: readonly PageElement[];
  readonly metas: readonly PageElement[];
  readonly forms: readonly PageElement[];
  readonly buttons: readonly PageElement[];
  readonly title: string;
  readonly headings: readonly string[];
  readonly canonical: string | undefined;
  readonly language: string | undefined;
}

const MOST_SCRIPTS = 20_000;
const MOST_METAS = 5_000;
const MOST_HEADINGS = 20;
const MOST_BUTTONS = 200;

export function partsOf(tree: PageTree): PageParts {
  const scripts: PageElement[] = [];
  const metas: PageElement[] = [];
  const forms: PageElement[] = [];
  const buttons: PageElement[] = [];
  const headings: string[] = [];
  let [title, canonical, language]: [string, string | undefined, string | undefined] = ['', undefined, undefined];
  walk(tree.root, {
    enter: (element) => {
      const { name, attribs } = element;
      if (name === 'svg' || name === 'template') return false;
      if (name === 'script' && scripts.length < MOST_SCRIPTS) scripts.push(element);
      else if (name === 'meta' && metas.length < MOST_METAS) metas.push(element);
      else if (name === 'form') forms.push(element);
      else if (isButton(element) && buttons.length < MOST_BUTTONS) buttons.push(element);
      else if (name === 'title' && title === '') title = titleText(element);
      else if (name === 'h1' && headings.length < MOST_HEADINGS) headings.push(textOf(element).slice(0, 500));
      else if (name === 'html') language = attribs.lang;
      else if (name === 'link' && /\bcanonical\b/i.test(attribs.rel ?? '')) canonical ??= attribs.href;
      return name !== 'script' && name !== 'style';
    },
  });
  return { scripts, metas, forms, buttons, title, headings, canonical, language };
}

/** Also links that look like one. */
function isButton({ name, attribs: { class: classes = '', id = '' } }: PageElement): boolean {
  return (
    name === 'button' ||
    (name === 'a' && /btn|button|cart|basket/i.test(`${classes.slice(0, 300)} ${id.slice(0, 100)}`))
  );
}

function titleText(element: PageElement): string {
  return tidy(
    element.children.map((child) => (child.type === 'text' && 'data' in child ? child.data : '')).join(''),
  ).slice(0, 500);
}

/** The content of the first meta of that name, property or itemprop. */
export function metaContent(metas: readonly PageElement[], ...names: readonly string[]): string | undefined {
  for (const name of names)
    for (const { attribs } of metas) {
      const named = attribs.property ?? attribs.name ?? attribs.itemprop;
      const content = attribs.content ?? attribs.value;
      if (named !== undefined && named.toLowerCase().trim() === name && content !== undefined && content.trim() !== '')
        return tidy(content);
    }
  return undefined;
}
