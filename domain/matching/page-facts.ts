/** What a page says, as far as it is compared with a variant. */
import type { Condition, PagePrice, PageReading } from '../pages/page-reading.ts';

export interface PageFacts {
  title: string;
  brand: string | undefined;
  /** GTIN-14. */
  gtin: string | undefined;
  mpn: string | undefined;
  sku: string | undefined;
  price: PagePrice | undefined;
  condition: Condition | undefined;
  seller: string | undefined;
  packCount: number | undefined;
  attributes: Readonly<Record<string, string>>;
}

/** Undefined when the page was not understood. */
export function factsOf(reading: PageReading): PageFacts | undefined {
  if (reading.kind !== 'offer') return undefined;
  const { title, brand, gtin, mpn, sku, price, condition, seller, packCount, attributes } = reading.fields;
  return {
    title: title?.value ?? '',
    brand: brand?.value,
    gtin: gtin?.value,
    mpn: mpn?.value,
    sku: sku?.value,
    price: price?.value,
    condition: condition?.value,
    seller: seller?.value,
    packCount: packCount?.value,
    attributes: attributes?.value ?? {},
  };
}
