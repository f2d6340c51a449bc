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
}

export interface LocationRow extends LocationInput {
  id: string;
  created_at: Date;
}

const COLUMNS = 'id, code, name, country, position, created_at';

const insert = statement(
  'insert_location',
  `insert into locations (id, code, name, country, position) values ($1, $2, $3, $4, $5)
   on conflict (code) do nothing returning ${COLUMNS}`,
);

/** Undefined when the code is taken. */
export async function insertLocation(db: Executor, input: LocationInput): Promise<LocationRow | undefined> {
  const { code, name, country, position } = input;
  const [row] = await db.rows<LocationRow>(insert, [uuidv7(), code, name, country, position]);
  return row;
}

const update = statement(
  'update_location',
  `update locations set name = $2, country = $3, position = $4 where code = $1 returning ${COLUMNS}`,
);

export async function updateLocation(db: Executor, input: LocationInput): Promise<LocationRow | undefined> {
  const { code, name, country, position } = input;
  const [row] = await db.rows<LocationRow>(update, [code, name, country, position]);
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
