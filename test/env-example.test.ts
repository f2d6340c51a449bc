import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { type ConfigError, loadConfig } from '../config.ts';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const example = read('../.env.example');
const settings = [...example.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => ({ name: name!, value: value! }));
const known = [
  ...['config', 'config-storage', 'config-messages', 'config-prices', 'config-vendors']
    .map((name) => read(`../${name}.ts`))
    .join('')
    .matchAll(/^ {2}([A-Z][A-Z_]+): /gm),
].map(([, name]) => name!);
/** Read by `npm start` or the sandbox alone. */
const elsewhere = [
  'STOCKROOM_DATA_DIR',
  'STOCKROOM_SANDBOX_PORT',
  'STOCKROOM_SANDBOX_SMTP_PORT',
  'SANDBOX_PUBLIC_URL',
  'SANDBOX_SENDGRID_PRIVATE_KEY',
  'SANDBOX_SHOP_KEY',
  'SANDBOX_CHAT_TOKEN',
  'SANDBOX_PLAYS_PUSH',
  'SANDBOX_CARRIER_SPEED',
  'SANDBOX_PRICE_WAR_SECONDS',
];

describe('.env.example', () => {
  it('explains every setting, once, and none that there is not', () => {
    expect(known.length).toBeGreaterThan(30);
    expect(settings.map(({ name }) => name).sort()).toEqual([...known, ...elsewhere].sort());
  });

  it('gives each default as it is, and leaves secrets empty', () => {
    const given = Object.fromEntries(settings.map(({ name, value }) => [name, value]));
    const secret = 'a-secret-of-its-own';
    const needed = {
      DATABASE_URL: 'postgres://localhost/stockroom',
      CARRIER_API_BASE: 'http://carrier.test',
      ...Object.fromEntries(
        problems({ DATABASE_URL: 'postgres://localhost/stockroom', CARRIER_API_BASE: 'http://carrier.test' }).map(
          (name) => [name, secret],
        ),
      ),
    };
    for (const name of Object.keys(needed)) expect(given[name]).toBe('');
    expect(loadConfig({ ...given, ...needed })).toEqual(loadConfig(needed));
  });

  it('has a comment above every setting or group of settings', () => {
    for (const block of example.split(/\n\n/)) {
      const [first] = block.split('\n').filter((line) => line !== '');
      expect(first).toMatch(/^# /);
    }
  });
});

/** The names that a configuration lacks. */
function problems(env: Record<string, string>): string[] {
  try {
    loadConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems.map((line) => line.split(':')[0]!);
  }
}
