/** `npm run messages:compile`: MJML into TypeScript, and versions of what renders differently. `-- --check` only says so. */
import { isCompiled, writeCompiled } from './compile.ts';

if (!process.argv.includes('--check')) {
  await writeCompiled();
  // After what it renders with was written.
  await (await import('./versions.ts')).writeVersions();
} else if (!(await isCompiled())) {
  complain('domain/messages/compiled.ts is not what its MJML says');
} else {
  const { changedTemplates, isComparable } = await import('./versions.ts');
  const changed = isComparable() ? changedTemplates() : [];
  if (changed.length > 0) complain(`${changed.join(', ')}: what it renders has changed without a new version`);
}

function complain(what: string): void {
  process.stderr.write(`${what}: run \`npm run messages:compile\`.\n`);
  process.exitCode = 1;
}
