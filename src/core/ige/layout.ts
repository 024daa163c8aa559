import { SCHEDULE_BYTES } from './key_schedule.js';

/**
 * Where things lie in the WebAssembly memory. The first page (64 KiB) belongs to the kernels; everything above it is the
 * caller's: sockets write into it and files are written from it.
 */
export const STATE_TABLES_AT = 0;
export const NEIGHBOURS_AT = 1024;
export const ROW_TABLES_AT = 2048;

/** Key areas of the state kernel: schedule, previous ciphertext block, previous plaintext block. */
export const STATE_KEYS_AT = 4096;
export const STATE_KEYS_STRIDE = 512;
export const STATE_PREVIOUS_CIPHER = SCHEDULE_BYTES;
export const STATE_PREVIOUS_PLAIN = SCHEDULE_BYTES + 16;

/** Key area of the row kernel: the same for four messages, row by row. */
export const ROW_KEYS_AT = 8192;
export const ROW_PREVIOUS_CIPHER = 4 * SCHEDULE_BYTES;
export const ROW_PREVIOUS_PLAIN = 4 * SCHEDULE_BYTES + 64;

/** First byte that belongs to the caller. */
export const DATA_AT = 65536;
