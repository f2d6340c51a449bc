/**
 * Loaded before a process (`--import`): `rebinds.test` resolves to a public address and to 127.0.0.1 by turns, as the server of a name
 * that rebinds would answer. The public one belongs to nobody (RFC 7526).
 */
import promises from 'node:dns/promises';
import { syncBuiltinESMExports } from 'node:module';

const resolve = promises.lookup as (name: string, options: object) => Promise<unknown>;
let asked = 0;

const lookup = async (name: string, options: object) =>
  name === 'rebinds.test'
    ? [{ address: asked++ % 2 === 0 ? '192.88.99.1' : '127.0.0.1', family: 4 }]
    : resolve(name, options);

Object.assign(promises, { lookup });
syncBuiltinESMExports();
