/**
 * What each template renders, as a digest: the version of a template is raised when it changes, so that a kept message can be
 * told from what its template says today.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { LANGUAGES } from '../../../domain/messages/locales.ts';
import { MESSAGE_TEMPLATES, type MessageTemplate } from '../../../domain/messages/order-view.ts';
import { type MessageView, renderEmail, renderShort } from '../../../domain/messages/render.ts';
import { SAMPLES } from '../../../domain/messages/samples.ts';
import { RENDERED_WITH, VERSIONS } from '../../../domain/messages/versions.ts';
import { format } from './format.ts';

const FILE = new URL('../../../domain/messages/versions.ts', import.meta.url);

/** Another CLDR writes dates and amounts a little differently: then nothing can be said. */
export const isComparable = () => process.versions.cldr === RENDERED_WITH;

export const changedTemplates = () => MESSAGE_TEMPLATES.filter((each) => digestOf(each) !== VERSIONS[each].digest);

/** Raises the versions of those that changed. */
export async function writeVersions(): Promise<void> {
  const rows = MESSAGE_TEMPLATES.map((template) => {
    const { version, digest } = VERSIONS[template] ?? { version: 0, digest: '' };
    const now = digestOf(template);
    return `  '${template}': { version: ${now === digest ? version : version + 1}, digest: '${now}' },`;
  });
  const source = `${HEAD}export const RENDERED_WITH = '${process.versions.cldr}';\n\n${TYPE} = {\n${rows.join('\n')}\n};\n`;
  const written = format(source, 'versions.ts');
  if (written !== (await readFile(FILE, 'utf8'))) await writeFile(FILE, written);
}

const HEAD = `/** Made by \`npm run messages:compile\`, which raises the version of every template whose samples render differently. */
import type { MessageTemplate } from './order-view.ts';

/** The CLDR whose formats the digests are of. */
`;
const TYPE = 'export const VERSIONS: Readonly<Record<MessageTemplate, { version: number; digest: string }>>';

function digestOf(template: MessageTemplate): string {
  const view: MessageView = { ...SAMPLES[template], timeZone: 'UTC' };
  const all = LANGUAGES.map((language) => {
    // The version is what the digest decides.
    const { version: _, ...mail } = renderEmail(template, view, language);
    const { version: __, ...short } = renderShort(template, view, language);
    return { mail, short };
  });
  return createHash('sha256').update(JSON.stringify(all)).digest('base64url').slice(0, 16);
}
