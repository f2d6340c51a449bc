/** What a make adds to a page: in its head, and as attributes of what is shown anyway. Each begins with a blank or is empty. */
import type { View } from '../view.ts';

export interface Marks {
  /** HTML of the head. */
  head: string;
  product: string;
  name: string;
  description: string;
  image: string;
  brand: string;
  offer: string;
  /** HTML within the offer. */
  offerMore: string;
  rating: string;
  /** HTML within the rating. */
  ratingMore: string;
  /** HTML within the product, outside its offer. */
  productMore: string;
  related: string;
  relatedName: string;
  relatedMore(amount: number): string;
  /** Class names of name, price, list price, stock, as this make's designer chose them. */
  classes: { name: string; price: string; was: string; stock: string };
}

export type MakePage = (view: View) => Marks;

export const bare: Marks = {
  ...{ head: '', product: '', name: '', description: '', image: '', brand: '', offer: '', offerMore: '' },
  ...{ rating: '', ratingMore: '', productMore: '', related: '', relatedName: '' },
  relatedMore: () => '',
  classes: { name: 'product-title', price: 'price-now', was: 'price-was', stock: 'availability' },
};

export const RATING = { value: 4.4, count: 187 };

const SCHEMA_STOCK = {
  ...{ in_stock: 'InStock', limited: 'LimitedAvailability', preorder: 'PreOrder' },
  ...{ out_of_stock: 'OutOfStock', discontinued: 'Discontinued' },
} as const;

export const availabilityUrl = ({ offer }: View): string => `https://schema.org/${SCHEMA_STOCK[offer.availability]}`;
export const conditionUrl = ({ offer }: View): string =>
  `https://schema.org/${offer.condition === 'used' ? 'UsedCondition' : 'NewCondition'}`;

/** JSON that may stand within a script element. */
export const scriptJson = (value: unknown): string => JSON.stringify(value, null, 1).replaceAll('<', '\\u003c');
