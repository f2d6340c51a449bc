/** Parts of statements that find the row of ours which a movement of the type `transfer` or `transfer_refund` stands for. */

export const TRANSFERS = `('transfer', 'transfer_refund')`;

/** The row that an object of Stripe's names in its metadata; null for what is no id of ours. */
const named = (object: string) =>
  `case when ${object}.data ->> 'row' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then (${object}.data ->> 'row')::uuid end`;

/** For a FROM: the row that Stripe's object settled, or one that is to be settled by it. */
export const ownTransfer = (movement: string, object: string) => `(
  select x.* from vendor_transfers x
  where x.provider_id = ${movement}.source_id or (x.id = ${named(object)} and x.provider_id is null) limit 1
)`;

/** For a SELECT: the row that was settled by another object of Stripe's already. */
export const doubledTransfer = (movement: string, object: string) => `(
  select x.id from vendor_transfers x where x.id = ${named(object)} and x.provider_id <> ${movement}.source_id
)`;
