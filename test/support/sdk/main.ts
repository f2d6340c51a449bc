import { isCurrent, writeSdk } from './generate.ts';
import { openApiDocument } from './openapi-document.ts';

const document = openApiDocument();
if (!process.argv.includes('--check')) await writeSdk(document);
else if (!(await isCurrent(document))) {
  process.stderr.write('sdk/generated.ts is not what the API says: run `npm run sdk:generate`.\n');
  process.exitCode = 1;
}
