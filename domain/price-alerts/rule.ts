/** What merchandisers ask to be told of. */
export const RULE_KINDS = [
  'undercut',
  'price_drop',
  'price_rise',
  'lowest_in_30_days',
  'out_of_stock',
  'back_in_stock',
  'map_violation',
  'position',
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

export const RULE_SCOPES = ['all', 'competitor', 'product', 'variant', 'category', 'tag', 'listing'] as const;
export type RuleScope = (typeof RULE_SCOPES)[number];

export interface AlertRule {
  id: string;
  kind: RuleKind;
  name: string;
  /** Both, where both are given, must be reached. */
  percent: number | null;
  amount: number | null;
  /** position: the place among all that we want to have at least. */
  rank: number | null;
  hysteresisPercent: number;
  coolDownHours: number;
  onlyInStock: boolean;
}

/** Kinds that are about a price: those need one. */
export const isAboutPrice = (kind: RuleKind): boolean => kind !== 'out_of_stock' && kind !== 'back_in_stock';
