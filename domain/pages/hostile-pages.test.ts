import { read } from './page-for-test.ts';

const LENGTH = 3_000_000;
/** What a page of that length may take on a machine that is busy with other tests; one that costs time squared takes minutes. */
const LONGEST_MS = 15_000;
const filled = (text: string, length = LENGTH) => text.repeat(Math.floor(length / text.length));
const inScript = (text: string) => `<title>x</title><script type="application/ld+json">${text}</script>`;

test.each<[string, () => string]>([
  ['elements in elements', () => filled('<div>')],
  ['elements in elements, closed', () => `${'<div>'.repeat(450)}x${'</div>'.repeat(450)}`.repeat(300)],
  ['ends of what never began', () => '<b>'.repeat(400) + filled('</i>')],
  ['prices', () => filled('<p>1.299,00 €</p>', 2_000_000)],
  ['prices without elements', () => `<p>${filled('1.299,00 € ')}`],
  ['prices in inline elements', () => filled('<span>19,99 €</span>', 2_500_000)],
  ['digits', () => `<p>${filled('1')}`],
  ['digits and dots', () => `<p>${filled('1.')}`],
  ['digits and blanks', () => `<p>${filled('000 ')}`],
  ['a hundred thousand scripts', () => filled('<script>price={</script>', 2_400_000)],
  [
    'blocks of JSON-LD',
    () => filled('<script type="application/ld+json">{"@type":"Product","offers":{"price":1}}</script>'),
  ],
  [
    'one block of a gigantic list',
    () => inScript(`[${filled('{"@type":"Product","name":"a","offers":{"price":1}},')}{}]`),
  ],
  ['lists in lists', () => inScript('['.repeat(LENGTH))],
  ['objects in objects', () => inScript(`${filled('{"a":')}1${'}'.repeat(LENGTH / 5)}`)],
  ['a graph of references to itself', () => inScript(`[${filled('{"@id":"#a","offers":{"@id":"#a"}},')}{}]`)],
  ['comments in JSON', () => inScript(`{${filled('/* a */')}`)],
  ['quotes in JSON', () => inScript(`{"a":"${filled('" ')}`)],
  ['backslashes in JSON', () => inScript(`{"a":"${filled('\\')}`)],
  ['values behind values', () => inScript(filled('{"a":1,} '))],
  ['offers', () => inScript(`{"@type":"Product","offers":[${filled('{"price":"19.99","url":"/a?b=1"},')}]}`)],
  ['states that begin and never end', () => `<script>${filled('a.state={"price":1')}</script>`],
  ['words that look like states', () => `<script>price ${filled('statestate')}</script>`],
  [
    'a list that refers to itself',
    () => `<script type="application/json">[["Reactive",1],${filled('[1,2,3,4,5,6],')}1]</script>`,
  ],
  ['items of microdata in each other', () => filled('<p itemscope itemprop=offers itemtype=Product>')],
  [
    'itemref to everything',
    () => `<div id=all>${filled('<i itemscope itemref="all"><b itemprop=c>x</b></i>', 1_500_000)}</div>`,
  ],
  ['RDFa', () => `<div vocab="https://schema.org/" typeof=Product>${filled('<p property=offers>x</p>')}`],
  ['metas', () => filled('<meta property="og:price:amount" content="19,99">')],
  ['classes', () => filled(`<p class="${'related-'.repeat(40)}">`)],
  ['one class', () => `<p class="${filled('list-price ')}">x`],
  ['attributes', () => `<p ${filled('a=b ')}>x`],
  ['signs', () => filled('<')],
  ['entities', () => `<p>${filled('&euro;19,99 ')}`],
  ['a title', () => `<title>${filled('page was not ')}</title>`],
  ['words of walls', () => filled(`<p>${'page '.repeat(38)}</p>`)],
  ['inputs', () => filled('<input type password ')],
])('a page of %s is read in bounded time', (_, make) => {
  const html = make();
  const start = performance.now();
  const reading = read(html);
  expect(performance.now() - start).toBeLessThan(LONGEST_MS);
  expect(JSON.stringify(reading).length).toBeLessThan(100_000);
});

test('twice the page takes about twice the time', () => {
  const timeOf = (length: number) => {
    const html = filled('<div class="item"><span class="price">1.299,00 €</span><a href="/x">Kerze</a></div>', length);
    const times = [0, 1].map(() => {
      const start = performance.now();
      read(html);
      return performance.now() - start;
    });
    return Math.min(...times);
  };
  timeOf(100_000);
  expect(timeOf(600_000)).toBeLessThan(Math.max(40, timeOf(150_000)) * 12);
});
