/**
 * Compiles the messages' MJML into functions that fill in what a message says, so that what runs in production loads no
 * MJML. `<!-- begin name -->` … `<!-- end -->` marks a part that becomes a function of its own and leaves its place;
 * `{{value}}` is escaped text, `{{{slot}}}` is HTML that other parts made.
 */
import { readFile, writeFile } from 'node:fs/promises';
import mjml from 'mjml';
import { format } from './format.ts';

const ROOT = new URL('../../../domain/messages/', import.meta.url);
const SOURCE = new URL('mjml/layout.mjml', ROOT);
const COMPILED = new URL('compiled.ts', ROOT);

/** Said once and inherited, rather than in every cell: half of a mail's size otherwise. Outlook has a rule of its own in the MJML. */
const FONTS = "font-family:-apple-system,'Segoe UI',Roboto,Arial,'Hiragino Sans','Noto Sans JP',Meiryo,sans-serif;";

const HEAD = `/** Made from mjml/layout.mjml by \`npm run messages:compile\`: change that, not this. */
import { escapeHtml } from './escape.ts';
`;

export async function compileMessages(): Promise<string> {
  const { html, errors } = await mjml(await readFile(SOURCE, 'utf8'), {
    validationLevel: 'strict',
    keepComments: true,
    // A mail asks nobody for fonts: that would tell when it was read.
    fonts: {},
    minify: true,
    minifyOptions: { minifyCss: false },
  });
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join('\n'));
  const { page, parts } = cutParts(inheritFonts(html));
  const functions = [...parts, ['page', page] as const].map(([name, part]) => toFunction(name, part));
  return format([HEAD, ...functions].join('\n'), 'compiled.ts');
}

export const isCompiled = async () => (await readFile(COMPILED, 'utf8')) === (await compileMessages());

export const writeCompiled = async () => writeFile(COMPILED, await compileMessages());

const inheritFonts = (html: string) =>
  html
    .replaceAll('font-family:inherit;', '')
    .replaceAll('style="word-spacing:normal;', `style="${FONTS}word-spacing:normal;`);

/** Innermost parts first: what is left of an outer part has slots where they stood. */
function cutParts(html: string): { page: string; parts: [string, string][] } {
  const parts: [string, string][] = [];
  let page = html;
  for (;;) {
    const left = page.replace(
      /<!--\s*begin ([a-z-]+)\s*-->((?:(?!<!--\s*begin )[\s\S])*?)<!--\s*end\s*-->/,
      (_, name, part) => {
        parts.push([name, part]);
        return '';
      },
    );
    if (left === page) return { page, parts };
    page = left;
  }
}

const camelCase = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

function toFunction(name: string, part: string): string {
  const tight = part.replaceAll(/\s+/g, ' ').replaceAll(/> </g, '><').trim();
  const literal = tight
    .replaceAll(/[`\\]|\$\{/g, '\\$&')
    .replaceAll(/\{\{\{(\w+)\}\}\}/g, (_, slot) => `\${of.${slot}}`)
    .replaceAll(/\{\{(\w+)\}\}/g, (_, value) => `\${escapeHtml(of.${value})}`);
  const names = [...new Set([...tight.matchAll(/\{\{\{?(\w+)\}/g)].map(([, each]) => each))];
  const type = names.length === 0 ? '' : `of: { ${names.map((each) => `${each}: string`).join('; ')} }`;
  return `export const ${camelCase(name)} = (${type}) =>\n  \`${literal}\`;\n`;
}
