/** Keys are built by us and not by strangers, and judged all the same: a slip elsewhere must not reach outside the storage. */
import { EVIDENCE, PAGES } from '../../domain/pages/page-keys.ts';
import { ORIGINALS, STAGED, VARIANTS } from '../../domain/picture-keys.ts';

const FOLDERS = [ORIGINALS, STAGED, VARIANTS, PAGES, EVIDENCE];
const PART = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const MAX_PARTS = 4;

/** What anybody may read. */
export const isServed = (key: string): boolean => key.startsWith(VARIANTS);

/** Throws a RangeError for whatever is no key of ours: other folders, `..`, empty or hidden parts, control characters. */
export function assertKey(key: string): void {
  const [folder, ...parts] = key.split('/');
  const sound = FOLDERS.includes(`${folder}/`) && parts.length > 0 && parts.length < MAX_PARTS && parts.every(isPart);
  if (!sound) throw new RangeError(`not a key of the storage: ${JSON.stringify(key)}`);
}

/** As {@link assertKey}, for what ends with a slash. */
export function assertFolder(folder: string): void {
  if (!folder.endsWith('/')) throw new RangeError(`not a folder of the storage: ${JSON.stringify(folder)}`);
  assertKey(`${folder}x`);
}

const isPart = (part: string) => PART.test(part) && !part.includes('..');
