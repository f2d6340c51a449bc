/** Pages of a shop that was built anew, without structured data: the prices of before lead to where they stand now. */
import { describe, expect, it } from '@jest/globals';
import { chooseRepair, type SavedPage } from './choose-repair.ts';

const hints = { currency: 'eur', locale: 'de-DE', selectors: {}, siteName: 'Werkstatt' };

function page(at: number, amount: number, price: string, others = ''): SavedPage {
  const html = `<html lang="de"><head><title>Hobel ${at}</title></head><body>
    <header><nav>Ab 50,00 € versandkostenfrei</nav></header>
    <main><h1>Hobel ${at}</h1>${price}<p>Sofort lieferbar</p>${others}<button>In den Warenkorb</button></main></body></html>`;
  const ids = { listingId: `l${at}`, observationId: `o${at}`, url: `https://shop.example/p/${at}` };
  return { ...ids, html, fetchedAt: '2026-11-20T12:00:00Z', before: { amount, currency: 'eur' } };
}

describe('a repair', () => {
  it('is the place that programs are meant to find, read on every page', async () => {
    const now = (text: string) =>
      `<div class="css-x1z2"><span class="Price_now__a1B2c" data-testid="pdp-price">${text}</span></div>`;
    const repair = await chooseRepair([page(1, 1999, now('19,99 €')), page(2, 4550, now('45,50 €'))], hints);
    expect(repair).toMatchObject({ selector: '[data-testid="pdp-price"]', agreed: 2 });
    expect(repair!.pages[0]).toMatchObject({
      listing_id: 'l1',
      after: { amount: 1999, currency: 'eur' },
      agrees: true,
    });
  });

  it('is not the place of another price that happened to be the same', async () => {
    const now = (text: string, other: string) =>
      `<div class="buy-box"><b class="amount">${text}</b></div><ul class="also-seen"><li class="tile"><i class="tile-price">${other}</i></li></ul>`;
    const repair = await chooseRepair(
      [
        page(1, 1999, now('19,99 €', '19,99 €')),
        page(2, 4550, now('45,50 €', '9,00 €')),
        page(3, 700, now('7,00 €', '9,00 €')),
      ],
      hints,
    );
    expect(repair).toMatchObject({ selector: '.amount', agreed: 3 });
  });

  it('shows where the price has changed since, and stands by the pages that agree', async () => {
    const now = (text: string) => `<span class="price-now">${text}</span>`;
    const repair = await chooseRepair(
      [page(1, 1999, now('19,99 €')), page(2, 4550, now('45,50 €')), page(3, 700, now('8,00 €'))],
      hints,
    );
    expect(repair).toMatchObject({ selector: '.price-now', agreed: 2 });
    expect(repair!.pages[2]).toMatchObject({ after: { amount: 800, currency: 'eur' }, agrees: false });
  });

  it('takes no name that a build made, but what stays of it', async () => {
    const now = (text: string, build: string) => `<span class="Product_price__${build} sc-${build}">${text}</span>`;
    const repair = await chooseRepair(
      [page(1, 1999, now('19,99 €', 'Ab3x9')), page(2, 700, now('7,00 €', 'Zk2p1'))],
      hints,
    );
    expect(repair).toMatchObject({ selector: '[class*="Product_"]', agreed: 2 });
  });

  it('is none where the prices of before are nowhere', async () => {
    const empty = '<div class="skeleton"></div>';
    expect(await chooseRepair([page(1, 1999, empty), page(2, 4550, empty)], hints)).toBeUndefined();
  });

  it('costs little on a page that is made to cost much', async () => {
    const many = page(1, 1999, '<b class="x">19,99 €</b>'.repeat(20_000));
    const deep = page(2, 1999, `${'<div class="a b c d e f g h">'.repeat(900)}19,99 €`);
    const started = performance.now();
    await chooseRepair([many, deep], hints);
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
