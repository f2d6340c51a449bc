/** `keys`: API keys from the machine itself, for the first key of all and for when one is lost. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ApiKey, insertApiKey, listApiKeys, revokeApiKey } from '../db/api-keys.ts';
import { rotateApiKey } from '../db/rotate-api-key.ts';
import { isKeyScope, KEY_SCOPES } from '../domain/key-scopes.ts';
import { parseCount, parseId } from './arguments.ts';
import { CliError } from './cli-error.ts';
import { type Context, outputOf, withDatabase } from './context.ts';
import { printResult, printRows } from './output.ts';

interface CreateOptions {
  kind: ApiKey['kind'];
  mode: ApiKey['mode'];
  scopes: string[];
  name: string;
}

export function addKeyCommands(program: Command, context: Context): void {
  const keys = program.command('keys').description('make, list, rotate and revoke API keys');
  addCreate(keys, context);
  addList(keys, context);
  addRotate(keys, context);
  addRevoke(keys, context);
}

function addCreate(keys: Command, context: Context): void {
  keys
    .command('create')
    .description('make a key; it is shown this once')
    .addOption(
      new Option('--kind <kind>', 'secret: for servers; publishable: for browsers')
        .choices(['secret', 'publishable'])
        .default('secret'),
    )
    .addOption(new Option('--mode <mode>').choices(['test', 'live']).default('test'))
    .option('--scopes <scopes>', `comma-separated, of ${KEY_SCOPES.join(', ')}, or *`, parseScopes, [])
    .requiredOption('--name <name>', 'what it is for', parseName)
    .action(async ({ kind, mode, scopes, name }: CreateOptions, command: Command) => {
      if ((kind === 'secret') !== scopes.length > 0) {
        command.error(
          `error: ${kind === 'secret' ? 'a secret key needs --scopes' : 'a publishable key takes no --scopes'}`,
        );
      }
      const made = await withDatabase(context, (db) => insertApiKey(db, { kind, mode, scopes, name }));
      printResult(
        outputOf(context, command),
        `${made.key}\nThis is ${made.id}. The key is not shown again: keep it safe.`,
        made,
      );
    });
}

function addList(keys: Command, context: Context): void {
  keys
    .command('list')
    .description('all keys, without the keys themselves')
    .action(async (_options: object, command: Command) => {
      const rows = await withDatabase(context, listApiKeys);
      printRows(outputOf(context, command), rows, [
        'id',
        'name',
        'key_hint',
        'scopes',
        'created_at',
        'expires_at',
        'revoked_at',
      ]);
    });
}

function addRotate(keys: Command, context: Context): void {
  keys
    .command('rotate')
    .description('make a successor; the old key works on during the overlap')
    .argument('<id>', 'id of the key', parseId)
    .option('--overlap <seconds>', 'how long both work', parseCount, 86_400)
    .action(async (id: string, { overlap }: { overlap: number }, command: Command) => {
      const rotation = await withDatabase(context, (db) => db.transaction((tx) => rotateApiKey(tx, id, overlap)));
      if (rotation.outcome === 'unknown') throw new CliError(`There is no key ${id}.`);
      if (rotation.outcome !== 'rotated')
        throw new CliError(`The key ${id} has ${rotation.outcome === 'ended' ? 'ended' : 'been rotated before'}.`);
      const { successor } = rotation;
      printResult(
        outputOf(context, command),
        `${successor.key}\nThis is ${successor.id}; ${id} ends in ${overlap} seconds.`,
        successor,
      );
    });
}

function addRevoke(keys: Command, context: Context): void {
  keys
    .command('revoke')
    .description('end a key at once')
    .argument('<id>', 'id of the key', parseId)
    .action(async (id: string, _options: object, command: Command) => {
      const revoked = await withDatabase(context, (db) => revokeApiKey(db, id));
      if (!revoked) throw new CliError(`There is no key ${id}, or it has been revoked before.`);
      printResult(outputOf(context, command), `Revoked ${id}. Running processes forget it within 5 seconds.`, {
        id,
        revoked: true,
      });
    });
}

function parseScopes(text: string): string[] {
  const scopes = [...new Set(text.split(',').map((scope) => scope.trim()))].filter((scope) => scope !== '');
  const unknown = scopes.filter((scope) => !isKeyScope(scope));
  if (unknown.length > 0) throw new InvalidArgumentError(`${unknown.join(', ')}: none of ${KEY_SCOPES.join(', ')}, *`);
  return scopes;
}

function parseName(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > 100) throw new InvalidArgumentError('A name has 1 to 100 characters.');
  return name;
}
