/** What the words of several messages are given, already written by the locale's conventions. */
export interface OrderFacts {
  number: string;
  shop: string;
}

export interface PlanFacts {
  plan: string;
  shop: string;
}
