import { isCompiled, writeCompiled } from './compile.ts';

if (!process.argv.includes('--check')) await writeCompiled();
else if (!(await isCompiled())) {
  process.stderr.write('domain/messages/compiled.ts is not what its MJML says: run `npm run messages:compile`.\n');
  process.exitCode = 1;
}
