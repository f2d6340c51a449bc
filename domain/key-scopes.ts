/** What secret keys may be allowed to do. Publishable keys have no scopes: their routes are named one by one. */
export const KEY_SCOPES = [
  'orders:read',
  'orders:write',
  'payments:write',
  'refunds:write',
  'disputes:read',
  'disputes:write',
  'customers:read',
  'customers:write',
  'catalogue:read',
  'catalogue:write',
  'stock:read',
  'stock:write',
  'ledger:read',
  'reconciliation:read',
  'reconciliation:write',
  'notifications:read',
  'notifications:write',
  'subscriptions:read',
  'subscriptions:write',
  'returns:read',
  'returns:write',
  'vendors:read',
  'vendors:write',
  'prices:read',
  'prices:write',
  'webhooks:read',
  'webhooks:write',
  'keys:write',
  'ops:read',
  'ops:write',
] as const;

/** Everything, also what will be added later. */
export const ALL_SCOPES = '*';

export function isKeyScope(scope: string): boolean {
  return scope === ALL_SCOPES || (KEY_SCOPES as readonly string[]).includes(scope);
}

/** Of the wanted scopes, those that the holder does not have and so cannot give. */
export function scopesBeyond(holder: readonly string[], wanted: readonly string[]): string[] {
  return holder.includes(ALL_SCOPES) ? [] : wanted.filter((scope) => !holder.includes(scope));
}
