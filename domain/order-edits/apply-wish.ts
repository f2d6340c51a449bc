/** What an edit makes of an order's lines: pure. Lines that stay keep the price they were sold at; new ones have today's. */

export interface EditedLine {
  id: string;
  position: number;
  variant_id: string;
  sku: string;
  name: string;
  quantity: number;
  unit_amount: number;
  weight_grams: number;
}

export interface LineToEdit extends EditedLine {
  refunded_quantity: number;
}

/** A line by its id, or by a SKU that stands on one line only. */
interface NamedLine {
  line_id?: string | undefined;
  sku?: string | undefined;
}

export interface LinesWish {
  add: readonly { sku: string; quantity: number }[];
  change: readonly (NamedLine & { quantity: number })[];
  remove: readonly NamedLine[];
}

/** What a SKU is and costs today; `amount` is null where it has no price in the order's currency. */
export interface SellableVariant {
  id: string;
  name: string;
  weight_grams: number;
  amount: number | null;
}

export interface WishError {
  pointer: string;
  code: string;
  message: string;
}

const MOST_LINES = 100;

/** The lines as they will be, or all that stands in the way. `newId` names the lines that are added. */
export function applyWish(
  lines: readonly LineToEdit[],
  wish: LinesWish,
  sellable: ReadonlyMap<string, SellableVariant>,
  newId: () => string,
): { lines: EditedLine[] } | { errors: WishError[] } {
  const errors: WishError[] = [];
  const named = new Map<string, number>();
  const name = (place: string, each: NamedLine, quantity: number) => {
    const found = findLine(lines, each);
    if ('code' in found) return void errors.push({ pointer: `/${place}`, ...found });
    if (named.has(found.id)) return void errors.push({ pointer: `/${place}`, ...TWICE });
    if (quantity < found.refunded_quantity) return void errors.push({ pointer: `/${place}`, ...refunded(found) });
    named.set(found.id, quantity);
  };
  wish.change.forEach((each, at) => {
    name(`change/${at}`, each, each.quantity);
  });
  wish.remove.forEach((each, at) => {
    name(`remove/${at}`, each, 0);
  });
  const kept = lines
    .map(({ refunded_quantity: _, ...line }) => ({ ...line, quantity: named.get(line.id) ?? line.quantity }))
    .filter(({ quantity }) => quantity > 0);
  const after = [...kept, ...addedLines(lines, wish, sellable, newId, errors)];
  if (after.length === 0)
    errors.push({ pointer: '', code: 'no_lines_left', message: 'An order keeps a line at least: cancel it instead.' });
  if (after.length > MOST_LINES)
    errors.push({ pointer: '/add', code: 'too_many_lines', message: `An order has ${MOST_LINES} lines at most.` });
  return errors.length > 0 ? { errors } : { lines: after };
}

const TWICE = { code: 'line_named_twice', message: 'Each line is changed or removed once.' };

const refunded = ({ sku, refunded_quantity: units }: LineToEdit) => ({
  code: 'line_already_refunded',
  message: `Of ${sku}, ${units} unit(s) were refunded: the line keeps these at least.`,
});

function findLine(lines: readonly LineToEdit[], { line_id, sku }: NamedLine): LineToEdit | Omit<WishError, 'pointer'> {
  const own = lines.filter((line) => (line_id ? line.id === line_id : line.sku === sku));
  const [first, ...others] = own;
  if (!first) return { code: 'line_unknown', message: 'The order has no such line.' };
  if (others.length > 0)
    return { code: 'line_ambiguous', message: `${sku} stands on several lines: name one by its id.` };
  return first;
}

function addedLines(
  lines: readonly LineToEdit[],
  { add }: LinesWish,
  sellable: ReadonlyMap<string, SellableVariant>,
  newId: () => string,
  errors: WishError[],
): EditedLine[] {
  const last = Math.max(0, ...lines.map(({ position }) => position));
  return add.flatMap(({ sku, quantity }, at) => {
    const pointer = `/add/${at}/sku`;
    const variant = sellable.get(sku);
    if (!variant) errors.push({ pointer, code: 'sku_unknown', message: `${sku} is not sold here.` });
    else if (variant.amount === null)
      errors.push({ pointer, code: 'price_missing', message: `${sku} has no price in the order's currency.` });
    if (!variant || variant.amount === null) return [];
    const { id: variant_id, name, weight_grams, amount: unit_amount } = variant;
    return [{ id: newId(), position: last + at + 1, variant_id, sku, name, quantity, unit_amount, weight_grams }];
  });
}

/** Units by variant that hold for either: what an order keeps reserved while it is open which of the two it will be. */
export function unitsOfEither(before: readonly EditedLine[], after: readonly EditedLine[]) {
  const [old, next] = [unitsOf(before), unitsOf(after)];
  const either = new Map([...old, ...next]);
  return [...either.values()].map((unit) => ({
    ...unit,
    quantity: Math.max(old.get(unit.variant_id)?.quantity ?? 0, next.get(unit.variant_id)?.quantity ?? 0),
  }));
}

export function unitsOf(lines: readonly EditedLine[]) {
  const units = new Map<string, { variant_id: string; sku: string; quantity: number }>();
  for (const { variant_id, sku, quantity } of lines) {
    units.set(variant_id, { variant_id, sku, quantity: quantity + (units.get(variant_id)?.quantity ?? 0) });
  }
  return units;
}
