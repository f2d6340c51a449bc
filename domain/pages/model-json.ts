/**
 * What a model is asked to read off a page, as a plain JSON Schema (Firecrawl's client turns a schema of zod 4 into an empty one
 * without a word). What comes back is untrusted: it is checked against the page before any of it counts.
 */

const text = { type: ['string', 'null'] } as const;
const number = { type: ['number', 'null'] } as const;

export const MODEL_SCHEMA = {
  type: 'object',
  properties: {
    is_product_page: {
      type: 'boolean',
      description: 'Whether the page sells one product, and is no list, error, consent or log-in page.',
    },
    title: text,
    brand: text,
    gtin: { ...text, description: 'GTIN, EAN, UPC or ISBN, digits alone, as the page has it.' },
    mpn: text,
    sku: text,
    price: { ...number, description: 'What the main product costs now, in main units of its currency (12.99).' },
    price_text: { ...text, description: 'That price exactly as it is printed on the page.' },
    price_is_from: { type: ['boolean', 'null'], description: 'Whether it is the least of several prices ("from").' },
    currency: { ...text, description: 'ISO 4217.' },
    list_price: { ...number, description: 'The price that is struck through or recommended.' },
    availability: {
      type: ['string', 'null'],
      enum: ['in_stock', 'limited', 'preorder', 'backorder', 'out_of_stock', 'discontinued', null],
    },
    condition: { type: ['string', 'null'], enum: ['new', 'refurbished', 'used', 'damaged', null] },
    seller: text,
    shipping_price: number,
    rating: number,
    rating_count: number,
    pack_count: { ...number, description: 'How many pieces are sold together.' },
    description: text,
  },
  required: ['is_product_page'],
} as const;

export const MODEL_PROMPT =
  'Read the offer of the main product of this page, not of related, recommended or sponsored ones. ' +
  'Use null for whatever the page does not say; never guess and never calculate.';
