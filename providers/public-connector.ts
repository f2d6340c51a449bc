/**
 * Connects to public addresses alone. What a name resolves to is judged by the very lookup that the connection uses, so that
 * no second answer of a name server (rebinding) can lead elsewhere.
 */
import { lookup as resolve } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { isIpAddress, isPublicAddress } from '../domain/public-address.ts';
import { PublicFetchError } from './public-fetch-error.ts';

export interface Resolved {
  address: string;
  family: 4 | 6;
}

export interface ConnectorOptions {
  /** `host:port`, each exactly as in the URL: these may lead anywhere. For a sandbox on the same machine. */
  allowedPrivateHosts?: readonly string[];
  /** All addresses of a name. */
  lookup?: (hostname: string) => Promise<Resolved[]>;
  connectTimeoutMs?: number;
  /** More certificates to trust (PEM). */
  ca?: string;
}

const resolveAll = (hostname: string) => resolve(hostname, { all: true }) as Promise<Resolved[]>;

export function createPublicConnector(options: ConnectorOptions): buildConnector.connector {
  const { allowedPrivateHosts = [], lookup = resolveAll, connectTimeoutMs = 5_000, ca } = options;
  const allowed = new Set(allowedPrivateHosts.map((host) => host.toLowerCase().replace(/[[\]]/g, '')));
  const connectWith = (judge: (addresses: readonly Resolved[], hostname: string) => void) =>
    buildConnector({
      timeout: connectTimeoutMs,
      lookup: judgedLookup(lookup, judge),
      autoSelectFamily: true,
      ...(ca ? { ca } : {}),
    });
  const anywhere = connectWith(() => {});
  const publicly = connectWith(assertAllPublic);

  return (target, callback) => {
    const { hostname, protocol, port } = target;
    if (allowed.has(`${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`)) return anywhere(target, callback);
    // Node looks no name up for an address, so it is judged here.
    if (isIpAddress(hostname) && !isPublicAddress(hostname)) return callback(notPublic(hostname), null);
    publicly(target, callback);
  };
}

/** One private address among public ones is enough: which of them would be taken is chance, or the attacker's choice. */
function assertAllPublic(addresses: readonly Resolved[], hostname: string): void {
  if (!addresses.every(({ address }) => isPublicAddress(address))) throw notPublic(hostname);
}

/** The address itself is not told: names must not be a way to ask about our network. */
const notPublic = (hostname: string) => new PublicFetchError('address_not_public', hostname);

const LOOPBACK: readonly Resolved[] = [{ address: '127.0.0.1', family: 4 }];

/** Names under localhost are this machine's own, whatever a name server says (RFC 6761 §6.3), and many know none. */
const isLoopbackName = (hostname: string) => /\.localhost\.?$/i.test(hostname);

function judgedLookup(
  lookup: (hostname: string) => Promise<Resolved[]>,
  judge: (addresses: readonly Resolved[], hostname: string) => void,
): LookupFunction {
  const find = async (hostname: string) => {
    const addresses = isLoopbackName(hostname) ? LOOPBACK : await lookup(hostname);
    if (addresses.length === 0) throw new PublicFetchError('host_unknown', hostname);
    judge(addresses, hostname);
    return addresses;
  };
  return (hostname, { all }, callback) => {
    find(hostname).then(
      (addresses) =>
        all ? callback(null, [...addresses]) : callback(null, addresses[0]!.address, addresses[0]!.family),
      (error: Error) => callback(error, []),
    );
  };
}
