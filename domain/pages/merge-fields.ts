/** One value for each field: the most trusted layer's, with what others say instead. */
import { round } from './decide-price.ts';
import { type Field, LAYERS, type PageFields, type PagePrice, type PageValues } from './page-reading.ts';
import type { Candidate, LayerReading } from './reading-context.ts';

/** What differs between layers as a matter of course. */
const LOOSE = new Set<keyof PageValues>(['images', 'description', 'attributes', 'ratingCount', 'rating']);

export function mergeFields(readings: readonly LayerReading[], price: Field<PagePrice> | undefined): PageFields {
  const sorted = [...readings].sort((a, b) => LAYERS.indexOf(a.layer) - LAYERS.indexOf(b.layer));
  // Terms belong to the price they stand beside.
  const agreeing = price ? sorted.filter(({ fields }) => fields.price?.value.amount === price.value.amount) : [];
  const ordered = [...agreeing, ...sorted.filter((reading) => !agreeing.includes(reading))];
  const names = new Set(ordered.flatMap(({ fields }) => Object.keys(fields) as (keyof PageValues)[]));
  names.delete('price');
  const merged: Partial<Record<keyof PageValues, Field<unknown>>> = {};
  if (price) merged.price = price;
  for (const name of names) merged[name] = mergeField(name, ordered);
  if (merged.listPrice && price && (merged.listPrice.value as PageValues['listPrice']).amount <= price.value.amount)
    delete merged.listPrice;
  return merged as PageFields;
}

function mergeField(name: keyof PageValues, readings: readonly LayerReading[]): Field<unknown> {
  const said = readings.flatMap(({ layer, fields }) => {
    const candidate = fields[name] as Candidate<unknown> | undefined;
    return candidate ? [{ layer, ...candidate }] : [];
  });
  const [first, ...rest] = said as [(typeof said)[number], ...typeof said];
  const others = LOOSE.has(name) ? [] : rest.filter(({ value }) => comparable(value) !== comparable(first.value));
  const confidence =
    others.length > 0
      ? first.confidence * 0.8
      : rest.length > 0
        ? Math.min(0.99, first.confidence + 0.03)
        : first.confidence;
  const { value, layer, path, text } = first;
  const kept = others.map(({ value, layer, path }) => ({ value, layer, path }));
  return { value, layer, path, text: text.slice(0, 200), confidence: round(confidence), others: kept };
}

function comparable(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase().replaceAll(/[\s\p{P}]+/gu, '');
}
