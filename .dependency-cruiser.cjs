/** The import law: api, workers → queues, db, providers → domain. Checked by `npm run check`. */
const only = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const tests = '\\.test\\.ts$|^test/|^faults/|^bench/';

module.exports = {
  forbidden: [
    only('no-cycles', 'A cycle hides who owns what.', {}, { circular: true }),
    only('domain-is-pure', 'Rules without I/O: domain imports nothing but itself.', { path: '^domain/', pathNot: tests }, { pathNot: '^domain/' }),
    only('api-never-workers', 'The API records, the workers act.', { path: '^api/', pathNot: tests }, { path: '^workers/' }),
    only('workers-never-api', 'Workers know rows and jobs, not requests.', { path: '^workers/', pathNot: tests }, { path: '^api/' }),
    only(
      'processors-stay-apart',
      'One processor never imports another: they meet in rows and jobs.',
      { path: '^workers/[a-z-]+\\.ts$', pathNot: `${tests}|^workers/(main|pools)\\.ts$` },
      { path: '^workers/[a-z-]+\\.ts$', pathNot: '^workers/(run-worker|outcome|context)\\.ts$' },
    ),
    only('lower-floor', 'queues, db and providers stand below api and workers.', { path: '^(queues|db|providers)/', pathNot: tests }, { path: '^(api|workers|sandbox|cli)/' }),
    only('db-and-providers-apart', 'The database does not call the outside world.', { path: '^db/', pathNot: tests }, { path: '^(providers|queues)/' }),
    only('pg-in-db', 'All SQL is in db/ (and the queue connection).', { pathNot: `^db/|^queues/connection\\.ts$|${tests}` }, { path: 'node_modules/pg/' }),
    only('sdks-in-providers', 'One place per outside service.', { pathNot: `^providers/|${tests}` }, { path: 'node_modules/(stripe|@sendgrid)/' }),
    only('express-at-the-edge', 'HTTP belongs to the API and the sandbox.', { pathNot: `^(api|sandbox)/|${tests}` }, { path: 'node_modules/express/' }),
    only('bullmq-in-queues', 'Only the queue contract, the runner and the relay know BullMQ.', { pathNot: `^queues/|^workers/(run-worker|relay-outbox)\\.ts$|${tests}` }, { path: 'node_modules/bullmq/' }),
    only('sandbox-is-outside', 'The sandbox plays the outside world.', { pathNot: `^sandbox/|^start\\.ts$|${tests}` }, { path: '^sandbox/' }),
    only('sandbox-knows-nothing', 'The outside world does not know our rows.', { path: '^sandbox/', pathNot: tests }, { path: '^(api|workers|db|queues|providers|domain)/' }),
    only('config-at-entry-points', 'Entry points read the environment; everybody else receives values.', { pathNot: `^(start|config)\\.ts$|^(api|workers|cli|sandbox)/main\\.ts$|${tests}` }, { path: '^config\\.ts$', dependencyTypesNot: ['type-only'] }),
    only('resolvable', 'Every import resolves.', {}, { couldNotResolve: true }),
  ],
  options: { doNotFollow: { path: 'node_modules' }, tsPreCompilationDeps: true, parser: 'acorn', enhancedResolveOptions: { extensions: ['.ts', '.js'] } },
};
