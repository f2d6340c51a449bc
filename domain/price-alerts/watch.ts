/**
 * What the alerts know of a listing, and what they decide. A watch is the state of one listing between two looks: judging is a
 * function of it, of what was seen and of the world around it, so any history can be played again.
 */
import type { Money } from '../money.ts';
import type { BelievedPrices } from './believed-prices.ts';
import type { AlertRule } from './rule.ts';

/** What is believed of a page once it was seen well enough. Times are milliseconds. */
export interface Facts {
  observationId: string;
  at: number;
  /** In the page's own currency, and when it was seen; null: the page never showed one. */
  price: Money | null;
  pricedAt: number | null;
  /** Null: the page does not say. */
  inStock: boolean | null;
  layer: string | null;
}

/** A look that taught nothing says nothing but that it was. */
export type Seen =
  | { outcome: 'none'; observationId: string; at: number }
  | ({ outcome: 'observed' } & Facts & {
        confidence: number;
        condition: string | null;
        /** False: it is the least of several, or up to another. */
        exact: boolean;
        /** Whether what the page names is ours: by a link that nothing on the page speaks against. */
        match: 'linked' | 'contradicted' | 'none';
        /** The page is made as pages of this site were when somebody or several looks confirmed them. */
        shapeConfirmed: boolean;
        /** Many of the site's pages went the same way today. */
        siteWide: boolean;
        /** In our currency, tax and quantity; null: they cannot be compared. */
        comparable: Money | null;
      });
export type Observed = Extract<Seen, { outcome: 'observed' }>;

/** Why a look is doubted. */
export const DOUBTS = [
  'first_price',
  'large_change',
  'currency_changed',
  'layer_changed',
  'after_a_gap',
  'many_at_once',
  'shape_unconfirmed',
  'low_confidence',
  'match_contradicted',
] as const;
export type Doubt = (typeof DOUBTS)[number];

export interface Held {
  facts: Facts;
  doubts: readonly Doubt[];
  /** Since when this very value waits. */
  since: number;
  /** How often it was asked for again. */
  rechecks: number;
  /** Rules that fire if it is true. */
  rules: readonly string[];
  /** Who believes it without a second look. */
  trustedBy?: string;
}

export interface RuleState {
  /** Whether what the rule watches for is so. */
  holds: boolean;
  /** The price that was last told or accepted; falls and rises are measured from it. */
  reference: Money | null;
  /** Since when, and how far at least, the price has stayed on the harmless side of the reference. */
  settling: { since: number; amount: number } | null;
  /** When it last fired or last was so, at which price, and from which it had come. */
  fired: { at: number; lastAt: number; amount: number | null; from: number | null } | null;
  /** Whether its alert is open. */
  open: boolean;
}

export interface Watch {
  /** Of ours, that it is judged for. */
  variantId: string | null;
  judged: { id: string; at: number } | null;
  good: Facts | null;
  held: Held | null;
  believed: BelievedPrices | null;
  rules: Readonly<Record<string, RuleState>>;
}

export const NEW_WATCH: Watch = { variantId: null, judged: null, good: null, held: null, believed: null, rules: {} };

/** What is around a listing when it is judged. */
export interface World {
  now: number;
  /** Those that cover it and are enabled. */
  rules: readonly AlertRule[];
  /** By id, those of which nobody wants to hear now. */
  muted: ReadonlySet<string>;
  ours: Money | null;
  minimumAdvertised: Money | null;
  /** The prices of our variant at other competitors: in our terms, in stock, fresh. */
  others: readonly number[];
}

/** Why an alert has ended: by itself, or by somebody's decision. */
export const RESOLUTIONS = [
  'over',
  'superseded',
  'aged',
  'not_confirmed',
  'rule_off',
  'unlinked',
  'repriced',
  'accepted',
  'dismissed',
  'wrong_match',
  'muted',
] as const;
export type Resolution = (typeof RESOLUTIONS)[number];

export type Decision =
  /** Tell somebody; a held alert of the rule becomes it. */
  | { do: 'open'; rule: AlertRule }
  /** What had ended a moment ago is so again: the alert goes on, and nobody is told twice. */
  | { do: 'reopen'; rule: AlertRule }
  | { do: 'hold'; rule: AlertRule; doubts: readonly Doubt[] }
  /** What was held has turned out otherwise. */
  | { do: 'withdraw'; ruleId: string; why: Resolution }
  | { do: 'resolve'; ruleId: string; why: Resolution };

export interface Judgement {
  watch: Watch;
  decisions: readonly Decision[];
  /** Whether the page is to be looked at again soon. */
  recheck: boolean;
}
