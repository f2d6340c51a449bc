/**
 * The import law: api, workers → queues, db, providers → domain. Checked by `npm run check`, and test/import-law.test.ts
 * breaks every rule once to see it bite. Imports of types count as imports: who knows a type knows its owner.
 */
const { readdirSync } = require('node:fs');
const { join } = require('node:path');

/** What may break floors: tests, the code that serves only them, and the benchmark and fault runs. */
const tests = '\\.test\\.ts$|-for-test\\.ts$|/check-contract\\.ts$|^(test|bench|faults)/';
const packages = (names) => `^node_modules/(@types/)?(${names})/`;

/** A processor is the file in workers/ that shares its name with a queue; the others are steps that processors share. */
const queues = readdirSync(join(__dirname, 'queues')).filter(
  (name) => !/^(connection|define-queue|index)\.ts$|\.test\.ts$/.test(name),
);
const processors = `^workers/(${queues.map((name) => name.slice(0, -'.ts'.length)).join('|')})\\.ts$`;

const law = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
/** Nobody but `keepers` (and tests) may import `target`. */
const reserved = (name, comment, target, keepers) =>
  law(name, comment, { pathNot: `${keepers}|${tests}` }, { path: target });
/** The code in `from` (without its tests) may not import `target`. */
const barred = (name, comment, from, target) => law(name, comment, { path: from, pathNot: tests }, { path: target });

module.exports = {
  forbidden: [
    law('no-cycles', 'A cycle hides who owns what.', {}, { circular: true }),
    law('resolvable', 'Every import resolves.', {}, { couldNotResolve: true }),
    law(
      'declared',
      'Every package is in package.json; what runs in production is no development dependency.',
      { pathNot: tests },
      { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    ),
    law('tests-serve-nobody', 'What runs in production knows no test code.', { pathNot: tests }, { path: tests }),

    law(
      'domain-is-pure',
      'Rules without I/O: domain imports nothing but itself, and what parses or draws without any.',
      { path: '^domain/', pathNot: tests },
      { pathNot: `^domain/|${packages('cheerio|d3-(array|scale|shape)')}` },
    ),
    barred('api-never-workers', 'The API records, the workers act.', '^api/', '^workers/'),
    barred('workers-never-api', 'Workers know rows and jobs, not requests.', '^workers/', '^api/'),
    barred(
      'processors-stay-apart',
      'One processor never imports another: they meet in rows and jobs.',
      processors,
      processors,
    ),
    barred(
      'lower-floor',
      'queues, db and providers stand below api, workers and the doors.',
      '^(queues|db|providers)/',
      '^(api|workers|cli|sandbox|start)/|^start\\.ts$',
    ),
    barred(
      'one-floor',
      'queues, db and providers do not call each other: api and workers bring them together.',
      '^db/',
      '^(providers|queues)/',
    ),
    barred(
      'one-floor',
      'queues, db and providers do not call each other: api and workers bring them together.',
      '^providers/',
      '^(db|queues)/',
    ),
    barred(
      'one-floor',
      'queues, db and providers do not call each other: api and workers bring them together.',
      '^queues/',
      '^(db|providers)/',
    ),

    reserved(
      'pg-in-db',
      'All SQL is in db/; the queue store opens its own connections.',
      packages('pg|node-pg-migrate'),
      '^db/|^queues/connection\\.ts$',
    ),
    reserved(
      'sdks-in-providers',
      'One place per outside service.',
      packages(
        'stripe|nodemailer|twilio|web-push|@(sendgrid|mendable|aws-sdk|azure|google-cloud|flystorage)/[a-z0-9-]+',
      ),
      '^providers/',
    ),
    reserved(
      'strangers-by-the-guard',
      'Addresses that strangers give are fetched through one guard.',
      packages('undici'),
      '^providers/public-[a-z-]+\\.ts$',
    ),
    reserved(
      'sharp-in-children',
      'Pictures are decoded in child processes alone: hostile bytes take down whoever loads the decoder.',
      packages('sharp'),
      '^providers/image-codec/|^sandbox/',
    ),
    reserved(
      'express-at-the-edge',
      'HTTP belongs to the API and the sandbox.',
      packages('express|express-serve-static-core'),
      '^(api|sandbox)/',
    ),
    reserved(
      'bullmq-in-queues',
      'The queue contract, the runner and the relay know BullMQ.',
      packages('bullmq|ioredis'),
      '^queues/|^workers/(run-worker|relay-outbox)\\.ts$',
    ),
    reserved(
      'sandbox-is-outside',
      'The sandbox plays the outside world: only what starts it knows it.',
      '^sandbox/',
      '^sandbox/|^start(\\.ts$|/)',
    ),
    barred(
      'sandbox-knows-nothing',
      'The outside world does not know our code.',
      '^sandbox/',
      '^(api|workers|cli|db|queues|providers|domain|start)/|^(config|logger|start)\\.ts$',
    ),
    law(
      'sdk-stands-alone',
      'The SDK is for other projects: it needs nothing of this one, and no package.',
      { path: '^sdk/', pathNot: '\\.test\\.ts$' },
      { pathNot: '^sdk/' },
    ),
    reserved(
      'sdk-is-outside',
      'The SDK is for others, whom the sandbox plays: nobody else here is a client of ourselves.',
      '^sdk/',
      '^sdk/|^sandbox/receiver/',
    ),
    reserved('start-is-on-top', 'The one-machine start is no library.', '^start(\\.ts$|/)', '^start(\\.ts$|/)'),
    reserved(
      'config-at-entry-points',
      'Entry points read the environment; everybody else receives values.',
      '^config\\.ts$',
      '^(api|workers|cli|start)/main\\.ts$|^start\\.ts$|^deploy/check-worker\\.ts$',
    ),
  ],
  options: {
    // TypeScript 7 has no API for tools to call; swc reads the syntax, `import type` included.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: '^node_modules/' },
    exclude: { path: '^(sandbox/shop/public|coverage|\\.stockroom)/' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.js', '.json'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default'],
    },
  },
};
