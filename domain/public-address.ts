/**
 * Whether an IP address lies on the public Internet. Addresses that strangers give us are fetched from inside our network, so
 * everything in IANA's special-purpose registries is refused, also what is called globally reachable there (anycast of
 * relays and of AS112: nobody's pictures are on those).
 * https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry
 */

/** A network as its first bytes and the length of its prefix. */
type Network = readonly [bytes: readonly number[], prefix: number];

const RESERVED_V4: readonly Network[] = [
  [[0], 8], // this network
  [[10], 8], // private
  [[100, 64], 10], // shared by carriers; also Alibaba's metadata
  [[127], 8], // loopback
  [[168, 63, 129, 16], 32], // Azure's platform address: public by number, but answered by the host itself
  [[169, 254], 16], // link-local; metadata of most clouds
  [[172, 16], 12], // private
  [[192, 0, 0], 24], // IETF protocol assignments; also Oracle's metadata
  [[192, 0, 2], 24], // documentation
  [[192, 31, 196], 24], // AS112
  [[192, 52, 193], 24], // AMT
  [[192, 88, 99], 24], // 6to4 relays
  [[192, 168], 16], // private
  [[192, 175, 48], 24], // AS112
  [[198, 18], 15], // benchmarks
  [[198, 51, 100], 24], // documentation
  [[203, 0, 113], 24], // documentation
  [[224], 4], // multicast
  [[240], 4], // reserved, and broadcast
];

/** What is global unicast: everything else (loopback, unique local, link-local, multicast, discard, SIDs …) is refused. */
const UNICAST_V6: Network = [[0x20], 3];
const RESERVED_V6: readonly Network[] = [
  [[0x20, 0x01, 0x00], 23], // IETF protocol assignments: Teredo, ORCHID, benchmarks, AMT, AS112
  [[0x20, 0x01, 0x0d, 0xb8], 32], // documentation
  [[0x20, 0x02], 16], // 6to4: an IPv4 address behind whatever relay is near
  [[0x26, 0x20, 0x00, 0x4f, 0x80, 0x00], 48], // AS112
  [[0x3f, 0xfe], 16], // 6bone, given back
  [[0x3f, 0xff, 0x00], 20], // documentation
];

/** IPv4 in other clothes, by the place of its four bytes: what counts is the address that is reached in the end. */
const MAPPED: Network = [[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff], 96];
/** A network of IPv6 alone reaches all of IPv4 by these (RFC 6052). 64:ff9b:1::/48 leads into somebody's own network. */
const NAT64: Network = [[0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0], 96];

/**
 * @param address as a resolver or a parsed URL gives it: four decimal numbers, or IPv6 with or without brackets. Any other
 * spelling, and any zone id, is not public.
 */
export function isPublicAddress(address: string): boolean {
  const v4 = parseIpv4(address);
  if (v4) return isPublicV4(v4);
  const v6 = parseIpv6(address.replace(/^\[(.*)\]$/, '$1'));
  return v6 !== undefined && isPublicV6(v6);
}

/** Whether a text is an IP address in its plain spelling (as `isPublicAddress` takes it), public or not. */
export const isIpAddress = (text: string): boolean =>
  (parseIpv4(text) ?? parseIpv6(text.replace(/^\[(.*)\]$/, '$1'))) !== undefined;

const isPublicV4 = (bytes: readonly number[]) => !RESERVED_V4.some((network) => isWithin(bytes, network));

function isPublicV6(bytes: readonly number[]): boolean {
  if (isWithin(bytes, MAPPED) || isWithin(bytes, NAT64)) return isPublicV4(bytes.slice(12));
  return isWithin(bytes, UNICAST_V6) && !RESERVED_V6.some((network) => isWithin(bytes, network));
}

function isWithin(bytes: readonly number[], [network, prefix]: Network): boolean {
  for (let at = 0, bits = prefix; bits > 0; at++, bits -= 8) {
    const mask = bits >= 8 ? 0xff : (0xff << (8 - bits)) & 0xff;
    if (((bytes[at] ?? 0) & mask) !== ((network[at] ?? 0) & mask)) return false;
  }
  return true;
}

function parseIpv4(text: string): number[] | undefined {
  const parts = text.split('.');
  // A leading zero means octal to some resolvers and nothing to others.
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part))) return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIpv6(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, at) => parseGroups(half, at === halves.length - 1));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (halves.length === 1) return head.length === 16 ? head : undefined;
  const gap = 16 - head.length - tail!.length;
  return gap >= 2 ? [...head, ...new Array<number>(gap).fill(0), ...tail!] : undefined;
}

/** The bytes of groups between colons; the last group of an address may be IPv4. */
function parseGroups(text: string, isLast: boolean): number[] | undefined {
  if (text === '') return [];
  const bytes: number[] = [];
  const groups = text.split(':');
  for (const [at, group] of groups.entries()) {
    const v4 = isLast && at === groups.length - 1 ? parseIpv4(group) : undefined;
    if (v4) bytes.push(...v4);
    else if (/^[0-9a-f]{1,4}$/i.test(group))
      bytes.push(Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff);
    else return undefined;
  }
  return bytes.length <= 16 ? bytes : undefined;
}
