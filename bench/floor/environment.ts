/** What the floor's processes are told. */
import type { FloorPlan } from './plan.ts';

export function readEnvironment() {
  const {
    FLOOR_DATABASE_URL: databaseUrl = '',
    FLOOR_REDIS_URL,
    FLOOR_PLAN = '{}',
    FLOOR_API_PORT,
    FLOOR_PROVIDER_PORT,
  } = process.env;
  return {
    databaseUrl,
    redisUrl: FLOOR_REDIS_URL || undefined,
    plan: JSON.parse(FLOOR_PLAN) as FloorPlan,
    apiPort: Number(FLOOR_API_PORT),
    providerPort: Number(FLOOR_PROVIDER_PORT),
  };
}
