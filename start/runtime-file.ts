import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How other commands on this machine (the demo, the CLI) find the running system. */
export interface Runtime {
  pid: number;
  api_url: string;
  sandbox_url: string;
  database_url: string;
  redis_url?: string;
  secret_key: string;
  publishable_key: string;
}

/** Writes `runtime.json`, for its owner alone; returns what removes it. */
export function writeRuntimeFile(dataDir: string, runtime: Runtime): () => void {
  const path = join(dataDir, 'runtime.json');
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(runtime, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, path);
  return () => rmSync(path, { force: true });
}
