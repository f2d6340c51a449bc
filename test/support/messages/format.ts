import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIOME = fileURLToPath(new URL('../../../node_modules/.bin/biome', import.meta.url));

/** What is written to domain/messages/<name>, as the check of all files wants it. */
export const format = (source: string, name: string) =>
  execFileSync(BIOME, ['format', `--stdin-file-path=domain/messages/${name}`], { input: source, encoding: 'utf8' });
