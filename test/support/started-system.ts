/** `npm start` as a newcomer has it: a folder and ports of its own, everything real, gone with the test. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SpawnedNode, spawnNode } from './spawn-node.ts';

export interface StartPlace {
  dataDir: string;
  port: number;
  sandboxPort: number;
  /** Only what the place decides: the folder and the ports. */
  env: Record<string, string>;
  remove(): void;
}

/** A new folder and three ports that are free now. */
export async function choosePlace(): Promise<StartPlace> {
  const dataDir = mkdtempSync(join(tmpdir(), 'stockroom-start-'));
  const [port, sandboxPort, smtpPort] = await freePorts(3);
  return {
    dataDir,
    port: port!,
    sandboxPort: sandboxPort!,
    env: {
      STOCKROOM_DATA_DIR: dataDir,
      PORT: `${port}`,
      STOCKROOM_SANDBOX_PORT: `${sandboxPort}`,
      STOCKROOM_SANDBOX_SMTP_PORT: `${smtpPort}`,
    },
    remove: () => rmSync(dataDir, { recursive: true, force: true }),
  };
}

export const READY = /Stockroom is running/;
/** The first start has 45 seconds; a machine busy with other tests gets some more. */
const START_MS = 60_000;

export async function startSystem(place: StartPlace, env: Record<string, string> = {}): Promise<SpawnedNode> {
  const system = spawnNode('start.ts', { ...place.env, ...env });
  await system.waitForLine(READY, START_MS);
  return system;
}

export interface RuntimeFile {
  pid: number;
  api_url: string;
  sandbox_url: string;
  database_url: string;
  secret_key: string;
  publishable_key: string;
}

export const readRuntime = ({ dataDir }: StartPlace): RuntimeFile =>
  JSON.parse(readFileSync(join(dataDir, 'runtime.json'), 'utf8')) as RuntimeFile;

/** Ports that nobody had a moment ago; all are held until all are chosen, so that none comes twice. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listenAnywhere));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
  return ports;
}

/** A server on a port of the system's choice. */
export function listenAnywhere(): Promise<ReturnType<typeof createServer>> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}
