/** HTML as markdown, as far as a page of a shop or of a manual has it. */
import type { CheerioAPI } from 'cheerio/slim';
import { load } from 'cheerio/slim';

const BLOCKS = 'h1,h2,h3,h4,p,li,dt,dd,pre,td,th,div,section,article,main,aside,ul,ol,tr,table,header,footer,br';

/** Links and images with whole addresses. What nobody sees is left out. */
export function toMarkdown(html: string, baseUrl: string): string {
  const page = load(html);
  page('script,style,noscript,template,head').remove();
  const absolute = (address = '') => (URL.canParse(address, baseUrl) ? new URL(address, baseUrl).href : address);
  page('img').each((_, image) => {
    const { src, alt = '' } = image.attribs;
    page(image).replaceWith(page.parseHTML(`<span>![${escaped(alt)}](${absolute(src)})</span>`));
  });
  page('a[href]').each((_, link) => {
    const text = page(link).text().trim();
    page(link).replaceWith(page.parseHTML(`<span>[${escaped(text)}](${absolute(link.attribs.href)})</span>`));
  });
  prefix(page, 'h1', '# ');
  prefix(page, 'h2', '## ');
  prefix(page, 'h3,h4', '### ');
  prefix(page, 'li', '- ');
  page(BLOCKS).each((_, block) => void page(block).append('\n'));
  page(BLOCKS).each((_, block) => void page(block).prepend('\n'));
  const lines = page.root().text().split('\n');
  return lines
    .map((line) => line.replaceAll(/\s+/g, ' ').trim())
    .filter(Boolean)
    .join('\n\n');
}

function prefix(page: CheerioAPI, selector: string, mark: string): void {
  page(selector).each((_, element) => void page(element).prepend(mark));
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
