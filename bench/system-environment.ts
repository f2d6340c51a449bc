/** The environment of a whole system on one machine with played providers: for the tests, the benchmark and the fault runs. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateEventKeys } from '../sandbox/sendgrid/event-keys.ts';

export interface Places {
  apiPort: number;
  sandboxPort: number;
  apiUrl: string;
  sandboxUrl: string;
  dataDir: string;
}

export function systemEnvironment({
  apiPort,
  sandboxPort,
  apiUrl,
  sandboxUrl,
  dataDir,
}: Places): Record<string, string> {
  const keys = generateEventKeys();
  return {
    PORT: String(apiPort),
    STOCKROOM_SANDBOX_PORT: String(sandboxPort),
    STOCKROOM_DATA_DIR: dataDir,
    STOCKROOM_PUBLIC_URL: apiUrl,
    STOCKROOM_STOREFRONT_URL: sandboxUrl,
    SANDBOX_PUBLIC_URL: sandboxUrl,
    STRIPE_SECRET_KEY: 'sk_test_system0000000000',
    STRIPE_WEBHOOK_SECRET: 'whsec_system0000000000',
    STRIPE_API_BASE: sandboxUrl,
    SENDGRID_API_KEY: 'SG.system0000000000',
    SENDGRID_API_BASE: sandboxUrl,
    SENDGRID_WEBHOOK_PUBLIC_KEY: keys.publicKey,
    SANDBOX_SENDGRID_PRIVATE_KEY: keys.privateKey,
    CARRIER_API_BASE: `${sandboxUrl}/carrier`,
    CARRIER_API_KEY: 'carrier-system-key',
    CARRIER_WEBHOOK_SECRET: 'carrier-system-secret',
    FIRECRAWL_API_KEY: 'fc-system0000000000',
    FIRECRAWL_API_URL: sandboxUrl,
    FIRECRAWL_WEBHOOK_SECRET: 'firecrawl-system-secret',
    STOCKROOM_ORDER_TOKEN_SECRET: 'order-token-system-secret',
    STOCKROOM_OPS_PASSWORD: 'ops-system-password',
    STOCKROOM_MEDIA_DIR: `${dataDir}/media`,
    STOCKROOM_MEDIA_SECRET: 'media-system-secret',
    STOCKROOM_ALLOWED_PRIVATE_HOSTS: new URL(sandboxUrl).host,
    STOCKROOM_LOG_LEVEL: 'info',
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
