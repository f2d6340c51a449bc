/** The demo's two API keys: made once, checked at each start, since the database may have been replaced meanwhile. */
import { type ApiKey, findApiKey, hashKey, insertApiKey } from '../db/api-keys.ts';
import { type Database, openDatabase } from '../db/database.ts';
import { type Secrets, saveSecrets } from './secrets.ts';

export type SecretsWithKeys = Secrets & { secret_key: string; publishable_key: string };

export async function ensureDemoKeys(dataDir: string, secrets: Secrets, databaseUrl: string): Promise<SecretsWithKeys> {
  const db = openDatabase({ url: databaseUrl, applicationName: 'stockroom-start', max: 1 });
  try {
    const keys = {
      ...secrets,
      secret_key: await ensureKey(db, secrets.secret_key, 'secret'),
      publishable_key: await ensureKey(db, secrets.publishable_key, 'publishable'),
    };
    saveSecrets(dataDir, keys);
    return keys;
  } finally {
    await db.close();
  }
}

async function ensureKey(db: Database, kept: string | undefined, kind: ApiKey['kind']): Promise<string> {
  if (kept && (await findApiKey(db, hashKey(kept)))) return kept;
  const scopes = kind === 'secret' ? ['*'] : [];
  return (await insertApiKey(db, { name: `demo ${kind} key`, kind, mode: 'test', scopes })).key;
}
