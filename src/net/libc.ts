/**
 * The few calls of the C library that Node does not offer, through koffi: loaded when a listener needs one of them and not before
 * (it costs 30 ms and 5 MB). Linux only.
 */

/** Each answers -1 on failure, and `errno` says why. Buffers are read or written in place. */
export interface Libc {
  getsockopt(fd: number, level: number, option: number, value: Uint8Array, length: Uint32Array): number;
  setsockopt(fd: number, level: number, option: number, value: Uint8Array, length: number): number;
  socket(domain: number, type: number, protocol: number): number;
  bind(fd: number, address: Uint8Array, length: number): number;
  close(fd: number): number;
  /** Of the last call that failed. */
  errno(): number;
}

/** What koffi offers and is used here (its documentation, "Function calls"). */
interface Koffi {
  load(path: string | null): { func(prototype: string): unknown };
  errno(): number;
}

/** Of the C library that this process runs on, or why it cannot be called. Configuration time. */
export function loadLibc(): Libc | string {
  if (process.platform !== 'linux') return `this needs Linux, and this is ${process.platform}`;
  try {
    const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);
    const koffi = require('koffi') as Koffi;
    const library = koffi.load(null);
    return {
      getsockopt: library.func('int getsockopt(int fd, int level, int option, void *value, void *length)'),
      setsockopt: library.func('int setsockopt(int fd, int level, int option, const void *value, uint32_t length)'),
      socket: library.func('int socket(int domain, int type, int protocol)'),
      bind: library.func('int bind(int fd, const void *address, uint32_t length)'),
      close: library.func('int close(int fd)'),
      errno: koffi.errno,
    } as Libc;
  } catch (error) {
    return `the package koffi, which calls the C library, cannot be loaded: ${error instanceof Error ? error.message : error}`;
  }
}
