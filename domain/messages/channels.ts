/** The ways to reach somebody. */
export const CHANNELS = ['email', 'sms', 'web_push', 'chat'] as const;
export type Channel = (typeof CHANNELS)[number];

/** `now` waits for no quiet hours, `low` for everything. */
export const URGENCIES = ['now', 'normal', 'low'] as const;
export type Urgency = (typeof URGENCIES)[number];

export const AUDIENCES = ['customer', 'operations', 'finance', 'merchandisers'] as const;
export type Audience = (typeof AUDIENCES)[number];
/** People of the shop, who are known by their rows alone. */
export type ShopAudience = Exclude<Audience, 'customer'>;
