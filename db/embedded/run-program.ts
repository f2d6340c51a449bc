/** What `initdb` and `postgres` are run with, and what is said when they do not run. */

/** The child inherits no secrets, and no PG… variable that would redirect it. Windows' sockets want their environment. */
export const childEnvironment =
  process.platform === 'win32' ? {} : { env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' } };

/** Why a program that is there does not start: a wrong platform (musl, noexec), or a forbidden change of user. */
export function cannotRun(program: string, cause: Error): string {
  return `PostgreSQL's program ${program} cannot be run here (${cause.message}): set DATABASE_URL to a PostgreSQL of your own.`;
}
