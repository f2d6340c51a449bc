const MEBIBYTE = 1_048_576;

/** A number of bytes for people: `5 MB` of 1,048,576 bytes each, rounded down, or the bytes themselves below one. */
export const showBytes = (bytes: number): string =>
  bytes < MEBIBYTE ? `${bytes} bytes` : `${Math.floor((bytes / MEBIBYTE) * 10) / 10} MB`;
