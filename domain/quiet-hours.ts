/**
 * Hours as a recipient's clock shows them. A zone's clock is read by Intl, which knows when it is put forward and back: an
 * hour that a day lacks is over when the clock jumps, and one that comes twice is taken the first time.
 */

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockOf(timeZone: string): Intl.DateTimeFormat {
  let clock = clocks.get(timeZone);
  if (!clock) {
    clock = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', hour: 'numeric', minute: 'numeric' });
    clocks.set(timeZone, clock);
  }
  return clock;
}

/** Minutes since midnight on the clock of a time zone, 0 to 1439. */
export function minuteOfDay(at: Date, timeZone: string): number {
  let [hour, minute] = [0, 0];
  for (const { type, value } of clockOf(timeZone).formatToParts(at)) {
    if (type === 'hour') hour = Number(value);
    if (type === 'minute') minute = Number(value);
  }
  return hour * 60 + minute;
}

export interface QuietHours {
  /** Local times, `HH:MM` or `HH:MM:SS`; `from` after `to` spans midnight, and two alike are no quiet hours. */
  from: string;
  to: string;
  timeZone: string;
}

/** When the quiet hours that `now` lies in are over; undefined when it lies in none. */
export function quietUntil(now: Date, { from, to, timeZone }: QuietHours): Date | undefined {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const isQuiet = (at: Date) => isBetween(minuteOfDay(at, timeZone), start, end);
  if (!isQuiet(now)) return undefined;
  const left = modulo(end - minuteOfDay(now, timeZone), DAY_MINUTES);
  const until = addMinutes(now, left);
  // The usual day: the clock runs through, and shows the end when it should.
  if (minuteOfDay(until, timeZone) === end && isQuiet(addMinutes(until, -1))) return until;
  return firstLoud(now, left, isQuiet);
}

/** The clock is changed in between: the end is sought, up to three hours either way. */
function firstLoud(now: Date, left: number, isQuiet: (at: Date) => boolean): Date {
  let [quiet, loud] = [0, left];
  while (isQuiet(addMinutes(now, loud))) loud += 30;
  while (loud - quiet > 1) {
    const middle = Math.floor((quiet + loud) / 2);
    if (isQuiet(addMinutes(now, middle))) quiet = middle;
    else loud = middle;
  }
  return addMinutes(now, loud);
}

/** When the clock shows the next full hour. */
export function nextFullHour(now: Date, timeZone: string): Date {
  return addMinutes(now, 60 - (minuteOfDay(now, timeZone) % 60));
}

/** When the clock shows `hour` (0 to 23) next; on a day that lacks it, when it has jumped over it. */
export function nextTimeAt(now: Date, hour: number, timeZone: string): Date {
  const left = modulo(hour * 60 - minuteOfDay(now, timeZone), DAY_MINUTES) || DAY_MINUTES;
  const next = addMinutes(now, left);
  const off = minuteOfDay(next, timeZone) - hour * 60;
  if (off === 0) return next;
  // Past midnight either way, the shorter way is meant.
  const corrected = addMinutes(next, -(modulo(off + DAY_MINUTES / 2, DAY_MINUTES) - DAY_MINUTES / 2));
  return corrected > now && minuteOfDay(corrected, timeZone) === hour * 60 ? corrected : next;
}

/** To the full minute, as clocks show it. */
function addMinutes(at: Date, minutes: number): Date {
  return new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS + minutes * MINUTE_MS);
}

function minutesOf(time: string): number {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  return hour * 60 + minute;
}

const isBetween = (minute: number, start: number, end: number): boolean =>
  start <= end ? minute >= start && minute < end : minute >= start || minute < end;

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
