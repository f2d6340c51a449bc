/** What a model read off the page: none of it counts unless the page bears it out. */
import { exponentOf } from '../money.ts';
import { folded, titleAgreement } from './page-identity.ts';
import { AVAILABILITIES, type Availability, CONDITIONS, type Condition } from './page-reading.ts';
import { gtinIn } from './product-fields.ts';
import {
  type Candidate,
  type Candidates,
  currencyCode,
  type LayerReading,
  type ReadingContext,
} from './reading-context.ts';

const TRUST = 0.65;
const HIGHEST = 1e10;

type Answer = Readonly<Record<string, unknown>>;

/** `said`: the words of the page, folded. */
export function readModel(json: unknown, said: string, context: ReadingContext): LayerReading {
  const nothing: LayerReading = { layer: 'model', fields: {}, isProduct: false };
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return nothing;
  const answer = json as Answer;
  if (answer.is_product_page !== true) return nothing;
  const fields: Candidates = {};
  const currency = currencyCode(textOf(answer.currency));
  if (currency !== undefined && currency !== context.hints.currency)
    return { ...nothing, isProduct: true, trouble: { reason: 'wrong_currency', detail: `a model read ${currency}` } };
  const amount = onPage(answer.price, context);
  if (amount !== undefined) {
    const kind = answer.price_is_from === true ? 'from' : 'exact';
    fields.price = found(
      { kind, amount, upper: null, currency: context.hints.currency },
      'price',
      String(answer.price),
    );
    const list = onPage(answer.list_price, context);
    if (list !== undefined && list > amount)
      fields.listPrice = found({ amount: list, currency: context.hints.currency }, 'list_price');
    Object.assign(fields, terms(answer));
  }
  Object.assign(fields, names(answer, said, context));
  return { layer: 'model', fields, isProduct: fields.title !== undefined || fields.price !== undefined };
}

function found<T>(value: T, path: string, text = ''): Candidate<T> {
  return { value, path, text, confidence: TRUST };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' && value.length <= 500 ? value.trim() : undefined;
}

/** In minor units, when the number stands in the main part of the page. */
function onPage(value: unknown, { hints, visible }: ReadingContext): number | undefined {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0 || value > HIGHEST) return undefined;
  const exact = value * 10 ** exponentOf(hints.currency);
  const amount = Math.round(exact);
  if (Math.abs(exact - amount) > 0.001) return undefined;
  return visible.sightings(amount).some(({ zone, marked }) => zone === 'main' && marked) ? amount : undefined;
}

function terms(answer: Answer): Candidates {
  const fields: Candidates = {};
  const { availability, condition } = answer;
  if (AVAILABILITIES.includes(availability as Availability))
    fields.availability = found(availability as Availability, 'availability');
  if (CONDITIONS.includes(condition as Condition)) fields.condition = found(condition as Condition, 'condition');
  return fields;
}

function names(answer: Answer, said: string, { identity }: ReadingContext): Candidates {
  const fields: Candidates = {};
  const title = textOf(answer.title);
  if (title !== undefined && (titleAgreement(title, identity.titles) ?? 0) >= 0.6)
    fields.title = found(title, 'title', title);
  for (const name of ['brand', 'mpn', 'sku', 'seller'] as const) {
    const text = textOf(answer[name]);
    if (text !== undefined && said.includes(folded(text))) fields[name] = found(text, name, text);
  }
  const code = textOf(answer.gtin);
  const gtin =
    code !== undefined && said.replaceAll(' ', '').includes(folded(code).replaceAll(' ', ''))
      ? gtinIn(code)
      : undefined;
  if (gtin !== undefined) fields.gtin = found(gtin, 'gtin', code);
  return fields;
}
