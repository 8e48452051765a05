/** `outrigger wait`: asks a ready page until it says yes. */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import type { Flags } from './flags.ts';

const DEFAULT_URL = 'http://127.0.0.1:15000/ready';
const PERIOD_MS = 100;
/** One that hangs is asked again. */
const REQUEST_MS = 2000;
/** The last one gets this long, whatever is left: `--timeout 0` asks once. */
const LAST_REQUEST_MS = 500;

/** 0 as soon as the answer is 200; 1, with the last answer, when the time is over. */
export async function wait(flags: Flags): Promise<number> {
  const until = performance.now() + flags.timeoutMs;
  for (;;) {
    const url = urlOf(flags);
    if ('never' in url) return fail(url.never);
    const answer = 'later' in url ? url.later : await ask(url.url, patience(until));
    if (answer === null) return 0;
    if (performance.now() + PERIOD_MS > until) return fail(`not ready after ${flags.timeoutMs / 1000} s; ${answer}`);
    await pause(PERIOD_MS);
  }
}

function patience(until: number): number {
  return Math.max(LAST_REQUEST_MS, Math.min(REQUEST_MS, until - performance.now()));
}

type Target = { readonly url: URL } | { readonly later: string } | { readonly never: string };

/** Of `--admin-address-path`, the file that a starting proxy writes; else what was given, with `/ready` where no path was. */
function urlOf({ url, adminAddressPath }: Flags): Target {
  let text = url === '' ? DEFAULT_URL : url;
  if (url === '' && adminAddressPath !== '') {
    try {
      text = readFileSync(adminAddressPath, 'utf8').trim();
    } catch {
      return { later: `there is no file ${adminAddressPath}` };
    }
    if (text === '') return { later: `${adminAddressPath} is empty` };
  }
  if (/^:?\d+$/.test(text)) text = `127.0.0.1:${text.replace(':', '')}`;
  const full = /^\w+:\/\//.test(text) ? text : `http://${text}`;
  if (!URL.canParse(full) || !full.startsWith('http://')) {
    return { never: `"${text}" is no http URL; write e.g. ${DEFAULT_URL}, 127.0.0.1:15000 or :15000` };
  }
  const target = new URL(full);
  if (target.pathname === '/') target.pathname = '/ready';
  return { url: target };
}

/** Null when it is ready. */
function ask(url: URL, ms: number): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: ms }, (response) => {
      response.resume();
      response.once('error', () => {});
      resolve(response.statusCode === 200 ? null : `${url} answered ${response.statusCode}`);
      request.destroy();
    });
    request.once('timeout', () => request.destroy(new Error('no answer')));
    request.on('error', (error: NodeJS.ErrnoException) => resolve(`${url}: ${error.code ?? error.message}`));
  });
}

function fail(reason: string): number {
  process.stderr.write(`outrigger: ${reason}\n`);
  return 1;
}
