/** `npm run stockroom -- …`: the only place of the CLI that knows its environment and its process. */
import { findTarget } from './connection.ts';
import { runCli } from './program.ts';

process.exitCode = await runCli(process.argv.slice(2), () => findTarget(process.env), {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
});
