/** Places that hold stock and send parcels. */
import { type Executor, statement } from './database.ts';
import { uuidv7 } from './ids.ts';

export interface LocationInput {
  code: string;
  name: string;
  /** ISO 3166-1 alpha-2, upper case. */
  country: string;
  /** Stock is taken from the lowest position first. */
  position: number;
  /** Whose goods lie there, and nobody else's; null: the shop's own. Of a new one alone: it stays. */
  vendorId?: string | null | undefined;
}

export interface LocationRow extends Omit<LocationInput, 'vendorId'> {
  id: string;
  vendor_id: string | null;
  created_at: Date;
}

const COLUMNS = 'id, code, name, country, position, vendor_id, created_at';

const insert = statement(
  'insert_location',
  `insert into locations (id, code, name, country, position, vendor_id) values ($1, $2, $3, $4, $5, $6)
   on conflict (code) do nothing returning ${COLUMNS}`,
);

/** Undefined when the code is taken. */
export async function insertLocation(db: Executor, input: LocationInput): Promise<LocationRow | undefined> {
  const { code, name, country, position, vendorId = null } = input;
  const [row] = await db.rows<LocationRow>(insert, [uuidv7(), code, name, country, position, vendorId]);
  return row;
}

const update = statement(
  'update_location',
  `update locations set name = $2, country = $3, position = $4
   where code = $1 and ($5::uuid is null or vendor_id = $5) returning ${COLUMNS}`,
);

/** Undefined when there is none of that code, or it is not that vendor's. */
export async function updateLocation(
  db: Executor,
  input: Omit<LocationInput, 'vendorId'>,
  onlyOf: string | null = null,
): Promise<LocationRow | undefined> {
  const { code, name, country, position } = input;
  const [row] = await db.rows<LocationRow>(update, [code, name, country, position, onlyOf]);
  return row;
}

const list = statement('list_locations', `select ${COLUMNS} from locations order by position, code`);

export function listLocations(db: Executor): Promise<LocationRow[]> {
  return db.rows<LocationRow>(list);
}

/** The location meant when none is named: `main`, or the only one there is. */
export function defaultLocation<L extends { code: string }>(locations: readonly L[]): L | undefined {
  return locations.find(({ code }) => code === 'main') ?? (locations.length === 1 ? locations[0] : undefined);
}
